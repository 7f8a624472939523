"""Runs our commands as processes of their own, as an operator's shell does."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from supporters.config import Settings
from tests.servers.fork_server import ForkedPopen, can_fork

ROOT = Path(__file__).parents[2]
Process = subprocess.Popen[str]
LOOK_EVERY_SECONDS = 0.05
PATIENCE_SECONDS = 180.0  # other programs use this machine too


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the variables that give a process these settings, but for the queue."""
    others = {name: value for name, value in os.environ.items() if "SUPPORTERS_" not in name}
    return {
        **others,
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_INSTANCE_DIR": str(settings.instance_dir),
        "SUPPORTERS_DATABASE_URL": settings.database_url.replace("+psycopg", ""),
        "SUPPORTERS_BASE_URL": settings.base_url,
        "SUPPORTERS_MAIL_PORT": str(settings.mail_port),
        "SUPPORTERS_GRACE_SECONDS": str(settings.grace_seconds),
    }


def command(*arguments: str) -> list[str]:
    """Return the command line of `flask …`."""
    return [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), *arguments]


def start_process(
    command: Sequence[str], environment: Mapping[str, str], **how: Any
) -> subprocess.Popen[Any]:
    """Start a command with these variables in our folder; `how` as for `subprocess.Popen`."""
    how = {"cwd": ROOT, "env": dict(environment), **how}
    if can_fork(command, how):
        return ForkedPopen(command, **how)
    return subprocess.Popen(command, **how)


def run_to_end(
    command: Sequence[str], environment: Mapping[str, str], *, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with start_process(command, environment, text=True, **pipes) as process:
        try:
            output, errors = process.communicate(stdin, timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def run_flask(
    environment: Mapping[str, str], *arguments: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one of our commands to its end."""
    return run_to_end(command(*arguments), environment, stdin=stdin)


@contextmanager
def started(environment: Mapping[str, str], *arguments: str, log: Path) -> Iterator[Process]:
    """Run a command until the end of the block; its output goes into a file."""
    with _until_the_end(command(*arguments), environment, log) as process:
        yield process


@contextmanager
def started_web(
    environment: Mapping[str, str], port: int, *, log: Path, processes: int = 1
) -> Iterator[Process]:
    """Run the pages with gunicorn on a port of the loopback until the end of the block."""
    command = [*web_command(port), "--workers", str(processes)]
    with _until_the_end(command, environment, log) as process:
        yield process


def web_command(port: int, application: str = "app:app") -> list[str]:
    """Return the command line that serves the pages on a port of the loopback."""
    return [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", application]


@contextmanager
def _until_the_end(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[Process]:
    with log.open("w") as output:
        files = {"stdout": output, "stderr": output}
        process = start_process(command, environment, text=True, **files)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def children_of(process_id: int) -> list[int]:
    """Return the ids of the processes that a process started."""
    return [int(each) for each in told_of(process_id, f"task/{process_id}/children").split()]


def senders_of(process_id: int) -> list[int]:
    """Return the ids of the processes with which a worker sends."""
    return [each for each in children_of(process_id) if name_of(each).startswith("sender-")]


def name_of(process_id: int) -> str:
    """Return the name of a process, as `ps` shows it; "" once it has ended."""
    return told_of(process_id, "comm").strip()


def told_of(process_id: int, file: str) -> str:
    """Return what the kernel tells of a process in a file of `/proc`; "" once it has ended."""
    try:
        return Path(f"/proc/{process_id}/{file}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def connections_of(process_id: int) -> list[str]:
    """Return the sockets and the databases that a process has open: a fork would inherit them."""
    files = [str(each.readlink()) for each in Path(f"/proc/{process_id}/fd").iterdir()]
    return [each for each in files if each.startswith("socket:") or "supporters.db" in each]


def descendants_of(process_id: int) -> list[int]:
    """Return the ids of the processes below a process."""
    children = children_of(process_id)
    return [*children, *(each for child in children for each in descendants_of(child))]


def is_alive(process_id: int) -> bool:
    """Tell whether a process still runs; one that ended, and isn't waited for yet, doesn't."""
    after_name = told_of(process_id, "stat").rpartition(")")[2].split()
    return bool(after_name) and after_name[0] != "Z"


def wait_until(
    condition: Callable[[], bool],
    *,
    seconds: float = PATIENCE_SECONDS,
    every: float = LOOK_EVERY_SECONDS,
) -> bool:
    """Wait for a condition; tell whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(every)
    return condition()
