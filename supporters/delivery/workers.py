"""Tells living workers from dead ones, so that a dead one's claims can be given a name.

Each worker holds a lock on a file of its own in the instance folder. The kernel lets go of it
when the process ends, however it ends.
"""

import fcntl
import os
import secrets
from pathlib import Path

from flask import current_app

from supporters.extensions import current_settings

SUFFIX = ".lock"


def current_worker() -> str:
    """Return the name of this process in the ledger; it is registered at the first call."""
    extensions = current_app.extensions
    if extensions.get("worker_pid") != os.getpid():
        extensions["worker_pid"] = os.getpid()
        extensions["worker_name"], extensions["worker_lock"] = _register(_folder())
    return str(extensions["worker_name"])


def list_dead_workers() -> list[str]:
    """Return the names of workers of this instance folder whose processes have ended."""
    return [path.stem for path in _folder().glob(f"*{SUFFIX}") if _is_free(path)]


def forget_worker(name: str) -> None:
    """Remove the file of a dead worker, once its claims are dealt with."""
    (_folder() / f"{name}{SUFFIX}").unlink(missing_ok=True)


def _folder() -> Path:
    folder = current_settings().instance_dir / "workers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _register(folder: Path) -> tuple[str, int]:
    name = secrets.token_hex(16)
    lock = os.open(folder / f"{name}{SUFFIX}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return name, lock


def _is_free(path: Path) -> bool:
    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
