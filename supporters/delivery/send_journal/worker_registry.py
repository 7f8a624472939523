"""Tells living workers from dead ones, so that the claims of dead ones can be recovered.

Each worker holds a lock on a file of its own in the instance folder. The kernel releases the lock
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
from supporters.delivery.known_machines.machine_list import name_of_worker
from supporters.extensions import current_settings
from supporters.smtp_relay.send_journal import OF_CAMPAIGNS

LIVING, DEAD = ".lock", ".dead"
FOLDER, MARK = "workers", "ran-here"
BEGINNING = 8
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
    """A process that has ended; `is_news` until a recovery has seen it."""

    name: str
    is_news: bool


def current_worker() -> str:
    """Return the name of this process; the first call registers it."""
    extensions = current_app.extensions
    with _registering:
        known = cast(_Registration | None, extensions.get("worker"))
        if known is None or known.process != os.getpid():
            known = extensions["worker"] = _register(worker_folder())
    return known.name


def sender_name(number: int) -> str:
    """Return the name of a sender of this process in the ledger and the journal."""
    return f"{current_worker()}-{number}"


def workers_of(machine: str) -> str:
    """Return what the names of a machine's workers begin with, in the ledger and the outbox."""
    return (machine or secrets.token_hex(4))[:BEGINNING]


def unregister() -> None:
    """Remove this process from the workers: it holds no claim any more."""
    with _registering:
        known = cast(_Registration | None, current_app.extensions.pop("worker", None))
        if known is not None:
            (worker_folder() / f"{known.name}{LIVING}").unlink(missing_ok=True)
            os.close(known.lock)


def list_dead_workers() -> list[DeadWorker]:
    """Return the workers of this instance folder whose processes ended recently."""
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


def forget_worker(worker: DeadWorker) -> None:
    """Keep a recovered worker's name and journals for a while, then delete them.

    The database may commit its last transactions after its end.
    """
    folder = worker_folder()
    tomb = folder / f"{worker.name}{DEAD}"
    if worker.is_news:
        tomb.touch(mode=0o600)
        (folder / f"{worker.name}{LIVING}").unlink(missing_ok=True)
    elif _is_old(tomb):
        for path in [*folder.glob(f"{worker.name}-*{OF_CAMPAIGNS}"), tomb]:
            path.unlink(missing_ok=True)


def _is_old(tomb: Path) -> bool:
    try:
        age = clock.now().timestamp() - tomb.stat().st_mtime
    except FileNotFoundError:  # another process was first
        return False
    return age > REMEMBERED_FOR.total_seconds()


def list_journals() -> list[str]:
    """Return the names of the senders that have a journal in this instance folder."""
    return sorted(path.stem for path in _list_files(OF_CAMPAIGNS))


def worker_folder() -> Path:
    """Return the folder of locks and journals; make it if it is missing."""
    folder = current_settings().instance_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _list_files(suffix: str) -> list[Path]:
    return [*worker_folder().glob(f"*{suffix}")]


def _register(folder: Path) -> _Registration:
    """Make the lock file; it gets its name only once it is locked, so that it never looks free."""
    name = workers_of(name_of_worker(current_settings().instance_dir)) + secrets.token_hex(12)
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
