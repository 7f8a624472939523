"""Child processes that stop with their parent, and database sessions for long-running commands."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from flask import current_app

APPLICATION = Path(__file__).parents[2] / "app.py"
PR_SET_PDEATHSIG = 1
LOOK_EVERY_SECONDS = 0.1
MEMORY_ARENAS = "2"  # by default glibc has one per thread, and never frees them
Child = subprocess.Popen[bytes]
_libc = ctypes.CDLL(None)


def flask_command(*arguments: str) -> list[str]:
    """Return the command line of one of our own commands."""
    return [sys.executable, "-m", "flask", "--app", str(APPLICATION), *arguments]


def without_docstrings(command: Sequence[str]) -> list[str]:
    """Return the command line with -OO: without docstrings a process needs 5 MB less."""
    executable, *rest = command
    return [executable, "-OO", *rest]


def start_child(command: Sequence[str]) -> Child:
    """Start a process that stops when this one stops, even if this one is killed."""
    parent = os.getpid()

    def end_with_parent() -> None:
        if hasattr(_libc, "prctl"):  # Linux only; elsewhere it survives a killed parent
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    environment = {"MALLOC_ARENA_MAX": MEMORY_ARENAS, **os.environ}
    return subprocess.Popen(
        command,
        env=environment,
        process_group=0,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - the function acquires no lock
    )


def end_children(children: Sequence[Child], *, patience: float) -> None:
    """Ask the processes to stop; kill those that still run after `patience` seconds."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + patience
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


class StopRequest:
    """Records that Ctrl-C, SIGTERM, a closed terminal or SIGUSR1 asked this process to stop."""

    def __init__(self) -> None:
        self.is_requested = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.is_requested = True


@contextmanager
def own_session() -> Iterator[None]:
    """Give a step of a long-running process its own session, and close it at the end.

    A session that has read something keeps a transaction open until it is closed. Flask closes it
    after a request or a job. A command that runs for days has one application context: without
    this, SQLite could never empty its log, and PostgreSQL could never remove deleted rows.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        yield
