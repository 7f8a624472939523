"""Tells living workers from dead ones, so that what a dead one had in hand can be recovered.

Each worker holds a lock on a file of its own in the instance folder. The kernel lets go of it
when the process ends, however it ends.
"""

import fcntl
import os
import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from flask import current_app

from supporters import clock
from supporters.delivery.send_journal.journal_files import SUFFIX
from supporters.extensions import current_settings
from supporters.mail.outbox_journal import LetterJournal

LIVING, DEAD = ".lock", ".dead"
FOLDER, MARK = "workers", "ran-here"
REMEMBERED_FOR = timedelta(minutes=5)
_registering = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class _Registration:
    """The name of a process in the ledger, and its open lock file."""

    name: str
    process: int
    lock: int


@dataclass(frozen=True)
class DeadWorker:
    """A process that has ended; it is news until a sweep has seen it."""

    name: str
    is_news: bool


def current_worker() -> str:
    """Return the name of this process; it is registered at the first call."""
    extensions = current_app.extensions
    with _registering:
        known = cast(_Registration | None, extensions.get("worker"))
        if known is None or known.process != os.getpid():
            known = extensions["worker"] = _register(worker_folder())
    return known.name


def name_lane(number: int) -> str:
    """Return the name by which the ledger and the journal know a lane of this process."""
    return f"{current_worker()}-{number}"


def current_letter_journal() -> LetterJournal:
    """Return where this process notes what becomes of the letters that it has in hand."""
    return LetterJournal(worker_folder(), current_worker())


def sign_off() -> None:
    """Take this process off the workers: nothing is in its hands any more."""
    with _registering:
        known = cast(_Registration | None, current_app.extensions.pop("worker", None))
        if known is not None:
            (worker_folder() / f"{known.name}{LIVING}").unlink(missing_ok=True)
            os.close(known.lock)


def list_dead_workers() -> list[DeadWorker]:
    """Return the workers of this instance folder whose processes have ended of late."""
    return [
        *(DeadWorker(path.stem, is_news=True) for path in _list_files(LIVING) if _is_free(path)),
        *(DeadWorker(path.stem, is_news=False) for path in _list_files(DEAD)),
    ]


def count_living_workers() -> int:
    """Return how many worker processes of this instance folder are alive."""
    return sum(path.exists() and not _is_free(path) for path in _list_files(LIVING))


def has_run_here() -> bool:
    """Tell whether a worker was ever started on this machine; a web-only machine has none."""
    return (current_settings().instance_dir / FOLDER / MARK).exists()


def bury_worker(worker: DeadWorker) -> None:
    """Keep a dead worker's name and journals for a while, once they are dealt with; then forget.

    What it sent to the database last may be committed after its end.
    """
    folder = worker_folder()
    tomb = folder / f"{worker.name}{DEAD}"
    if worker.is_news:
        tomb.touch(mode=0o600)
        (folder / f"{worker.name}{LIVING}").unlink(missing_ok=True)
    elif _is_old(tomb):
        for path in [*folder.glob(f"{worker.name}-*{SUFFIX}"), tomb]:
            path.unlink(missing_ok=True)


def _is_old(tomb: Path) -> bool:
    try:
        age = clock.now().timestamp() - tomb.stat().st_mtime
    except FileNotFoundError:  # another process was first
        return False
    return age > REMEMBERED_FOR.total_seconds()


def list_journals() -> list[str]:
    """Return the names of the lanes that have a journal in this instance folder."""
    return sorted(path.stem for path in _list_files(SUFFIX))


def worker_folder() -> Path:
    """Return the folder of locks and journals; it is made if need be."""
    folder = current_settings().instance_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _list_files(suffix: str) -> list[Path]:
    return [*worker_folder().glob(f"*{suffix}")]


def _register(folder: Path) -> _Registration:
    """Make the lock file; it gets its name only once it is locked, so nobody thinks it free."""
    name = secrets.token_hex(16)
    unnamed = folder / f"{name}.new"
    lock = os.open(unnamed, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    unnamed.rename(folder / f"{name}{LIVING}")
    (folder / MARK).touch(mode=0o600)
    return _Registration(name=name, process=os.getpid(), lock=lock)


def _is_free(path: Path) -> bool:
    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
