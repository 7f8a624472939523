"""Child processes that stop with their parent, and database sessions for long-running commands."""

import ctypes
import multiprocessing.connection  # noqa: F401 - join needs it, even once no file can be opened
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from types import FrameType

import click
import structlog
from flask import current_app

from supporters.extensions import current_settings
from supporters.logs import log_failure

log = structlog.get_logger(__name__)

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
M_ARENA_MAX = -8
LOOK_EVERY_SECONDS = 0.1
MEMORY_ARENAS = 2  # by default glibc has one per thread, and never frees them
STOPS = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1})
Child = ForkProcess
_libc = ctypes.CDLL(None)


def start_child(name: str, run: Callable[[], object]) -> Child:
    """Run a function in a fork of this process, which stops when this one stops or is killed.

    The fork has what this process has loaded, and shares its memory. So this one may have neither
    threads nor connections. `name` is what ps and top show (Linux).
    """

    def run_named() -> None:
        os.setpgid(0, 0)  # so that Ctrl-C in a terminal reaches this process alone
        if hasattr(_libc, "prctl"):  # Linux only; elsewhere it survives a killed parent
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            _libc.prctl(PR_SET_NAME, name.encode())
        if os.getppid() != parent:
            os._exit(1)
        for number in STOPS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        try:
            run()
        except click.ClickException as error:
            tell(error)
            sys.exit(error.exit_code)
        except Exception as error:  # multiprocessing would print it over many lines
            log_failure("worker.failed", error, place=name)
            sys.exit(1)

    parent = os.getpid()
    child = get_context("fork").Process(name=name, target=run_named)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # one that comes now waits for its handler
    try:
        child.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    return child


def tell(error: click.ClickException) -> None:
    """Say why a process of the worker ends: for a person in development, else as a log line."""
    if current_settings().is_development:
        error.show()
    else:
        log.error("worker.refused", why=error.format_message())


def limit_memory_arenas() -> None:
    """Let the threads of this process and its forks share the arenas of glibc."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(M_ARENA_MAX, MEMORY_ARENAS)


def end_children(children: Sequence[Child], *, patience: float) -> None:
    """Ask the processes to stop; kill those that still run after `patience` seconds."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + patience
    for child in children:
        child.join(max(0, deadline - time.monotonic()))
        if child.exitcode is None:
            child.kill()
            child.join()


class StopRequest:
    """Records that Ctrl-C, SIGTERM, a closed terminal or SIGUSR1 asked this process to stop.

    `signal` is the name of the first of them. A handler may not log: it may interrupt a log line.
    """

    def __init__(self) -> None:
        self.signal = ""
        for number in STOPS:
            signal.signal(number, self._ask)

    @property
    def is_requested(self) -> bool:
        """Whether one of them came."""
        return bool(self.signal)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self.signal = self.signal or signal.Signals(number).name


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
