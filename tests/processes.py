"""Runs our commands as processes of their own, as an operator's shell does."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from supporters.config import Settings

ROOT = Path(__file__).parents[1]
Process = subprocess.Popen[str]
LOOK_EVERY_SECONDS = 0.05


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the variables that give a process these settings, but for the queue."""
    others = {name: value for name, value in os.environ.items() if "SUPPORTERS_" not in name}
    return {
        **others,
        "SUPPORTERS_INSTANCE_DIR": str(settings.instance_dir),
        "SUPPORTERS_DATABASE_URL": settings.database_url.replace("+psycopg", ""),
        "SUPPORTERS_BASE_URL": settings.base_url,
        "SUPPORTERS_MAIL_PORT": str(settings.mail_port),
    }


def command(*arguments: str) -> list[str]:
    """Return the command line of `flask …`."""
    return [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), *arguments]


def run_flask(
    environment: Mapping[str, str], *arguments: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments),
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def started(environment: Mapping[str, str], *arguments: str, log: Path) -> Iterator[Process]:
    """Run a command until the end of the block; its output goes into a file."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command(*arguments), env=environment, stdout=output, stderr=output, text=True
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def started_web(environment: Mapping[str, str], port: int, *, log: Path) -> Iterator[Process]:
    """Run the pages with gunicorn on a port of the loopback until the end of the block."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "app:app"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            text=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def children_of(process_id: int) -> list[int]:
    """Return the ids of the processes that a process started."""
    path = Path(f"/proc/{process_id}/task/{process_id}/children")
    return [int(each) for each in path.read_text().split()] if path.exists() else []


def descendants_of(process_id: int) -> list[int]:
    """Return the ids of the processes below a process."""
    children = children_of(process_id)
    return [*children, *(each for child in children for each in descendants_of(child))]


def is_alive(process_id: int) -> bool:
    """Tell whether a process still runs; one that ended, and isn't waited for yet, doesn't."""
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_until(
    condition: Callable[[], bool], *, seconds: float, every: float = LOOK_EVERY_SECONDS
) -> bool:
    """Wait for a condition; tell whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(every)
    return condition()
