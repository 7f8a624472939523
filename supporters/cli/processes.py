"""Child processes that end with this one, and database sessions for commands that run for days."""

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
MEMORY_ARENAS = "2"  # glibc has one for each thread otherwise, and they are never given back
Child = subprocess.Popen[bytes]
_libc = ctypes.CDLL(None)


def flask_command(*arguments: str) -> list[str]:
    """Return the command line of one of our own commands."""
    return [sys.executable, "-m", "flask", "--app", str(APPLICATION), *arguments]


def without_docstrings(command: Sequence[str]) -> list[str]:
    """Return a Python command line that leaves docstrings out of memory: five megabytes less."""
    executable, *rest = command
    return [executable, "-OO", *rest]


def start_child(command: Sequence[str]) -> Child:
    """Start a process that ends when this one does, however it does."""
    parent = os.getpid()

    def end_with_parent() -> None:
        if hasattr(_libc, "prctl"):  # Linux only; elsewhere a killed parent leaves it behind
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    environment = {"MALLOC_ARENA_MAX": MEMORY_ARENAS, **os.environ}
    return subprocess.Popen(
        command,
        env=environment,
        process_group=0,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - it takes no lock
    )


def end_children(children: Sequence[Child], *, patience: float) -> None:
    """Ask the processes to end; kill those that still run after so many seconds."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + patience
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


class Ending:
    """Remembers that this process was asked to end, by Ctrl-C or by SIGTERM."""

    def __init__(self) -> None:
        self.is_asked_for = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.is_asked_for = True


@contextmanager
def own_session() -> Iterator[None]:
    """Give a step of a long-lived process a session of its own, and let go of it at the end.

    A session that read something keeps a transaction open until it is let go of. For a request or
    a job Flask does that; a command that runs for days has one application context for its life,
    and SQLite's log could never be emptied, nor PostgreSQL clear what is deleted.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        yield
