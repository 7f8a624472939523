"""A release made of the last commit, and installed as the guide says."""

import os
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask
import pytest

from tests.machinery.prepared_states import make_once
from tests.servers.processes import PATIENCE_SECONDS, ROOT
from tests.test_config import PRODUCTION

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
# The packages of the lock are those of this environment: a test downloads nothing.
PACKAGES = str(Path(flask.__file__).parents[1])
# A socket that systemd passes on is the third descriptor, and names the process that it is for.
TAKE_SOCKET = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass(frozen=True)
class Release:
    """The files of a release, and the folder of installed ones."""

    files: Path
    base: Path

    def variables(self, instance: Path) -> dict[str, str]:
        """Return the variables of a process of the installed release."""
        others = {name: each for name, each in os.environ.items() if "SUPPORTERS_" not in name}
        party = {**PRODUCTION, "HOSTING": "H, Brest", "PUBLICATION_DIRECTOR": "Ada Martin"}
        ours = {f"SUPPORTERS_{name}": each for name, each in party.items()}
        return {**others, **ours, "SUPPORTERS_INSTANCE_DIR": str(instance), "PYTHONPATH": PACKAGES}

    def script(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the operator's script."""
        places = {"BASE": str(self.base), "PYTHON": sys.executable, "PYTHONPATH": PACKAGES}
        places["VENV_OPTIONS"] = "--without-pip"  # it is among the packages
        return run(["sh", "supporters-release", *words], cwd or self.files, places)

    def command(self, *words: str, instance: Path) -> subprocess.CompletedProcess[str]:
        """Run a command of the installed release, from a folder that has nothing."""
        program = self.base / "current" / "bin" / "flask"
        return run([str(program), *words], instance.parent, self.variables(instance))

    @contextmanager
    def pages(self, listener: socket.socket, instance: Path, log: Path) -> Iterator[None]:
        """Run the pages of the release that is current, on a socket that somebody else holds."""
        python = str(self.base / "current" / "bin" / "python")
        number = str(listener.fileno())
        pages = [python, "-m", "gunicorn", "--workers", "2", "app:app"]
        with log.open("a") as output:
            process = subprocess.Popen(
                [python, "-c", TAKE_SOCKET, number, *pages],
                cwd=self.base / "current" / "share" / "supporters",
                env=self.variables(instance),
                pass_fds=[listener.fileno()],
                stdout=output,
                stderr=output,
            )
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def run(
    command: list[str], folder: Path, more: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **more}, capture_output=True, text=True, check=False
    )


def make_files(source: Path, target: Path, *options: str) -> None:
    """Make the files of a release, of a checkout or of a source."""
    command = [sys.executable, "contrib/release/make_release.py", str(target), *options]
    done = run(command, source, {})
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def files(shared_folder: Path) -> Path:
    """Return the files of a release of the last commit."""
    return make_once(
        shared_folder / "release", lambda folder: make_files(ROOT, folder, "--of", "HEAD")
    )


@pytest.fixture(scope="module")
def release(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return the release, installed."""
    made = Release(files, tmp_path_factory.mktemp("base"))
    for words in (("install",), ("use", VERSION)):
        done = made.script(*words)
        assert done.returncode == 0, done.stderr
    return made
