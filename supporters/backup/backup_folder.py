"""The folder of the backups: their names, which of them stay, and one writer at a time."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from supporters.backup.backup_manifest import BackupFault
from supporters.disk_probe import sync

NAME = re.compile(r"supporters-(\d{8}T\d{6}Z)\.tar\.gz\.age")
MOMENT = "%Y%m%dT%H%M%SZ"
UNFINISHED = ".unfinished"
ALWAYS_STAY = 3  # the newest ones, if no backup succeeds for longer than they may stay


@dataclass(frozen=True)
class StoredBackup:
    """A whole backup in the folder."""

    path: Path
    made_at: datetime
    size: int


def list_backups(folder: Path) -> list[StoredBackup]:
    """Return the backups in a folder, newest first. Raises BackupFault."""
    try:
        found = [
            StoredBackup(path, _read_moment(match[1]), path.stat().st_size)
            for path in folder.iterdir()
            if (match := NAME.fullmatch(path.name))
        ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BackupFault(f"{folder} can't be read ({error.strerror}).") from error
    return sorted(found, key=lambda each: each.made_at, reverse=True)


def delete_old_backups(folder: Path, days: int, now: datetime) -> list[Path]:
    """Delete the backups that are older than so many days, but for the newest three."""
    old = [
        each.path
        for each in list_backups(folder)[ALWAYS_STAY:]
        if each.made_at < now - timedelta(days=days)
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return old


@contextmanager
def writing_to(folder: Path) -> Iterator[Path]:
    """Hold the folder as its only writer; yield one within it for work, empty. Raises BackupFault.

    The rest of a killed writer is deleted.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        work = folder / f".work{UNFINISHED}"
        lock = os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise BackupFault(f"Nothing can be written to {folder} ({error.strerror}).") from error
    try:
        take(lock, f"Another backup is being written to {folder} at this moment. Wait for its end.")
        _empty(work)
        yield work
    finally:
        with suppress(OSError):
            _empty(work)
        os.close(lock)


@contextmanager
def storing(folder: Path, work: Path, made_at: datetime) -> Iterator[IO[bytes]]:
    """Write a new backup in this block: it gets its name once it is whole and on the disk.

    Raises OSError.
    """
    fresh = work / "backup"
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as target:
        yield target
        os.fsync(target.fileno())
    fresh.replace(path_of(folder, made_at))
    sync(folder)


def path_of(folder: Path, made_at: datetime) -> Path:
    """Return the file of the backup of a moment."""
    return folder / f"supporters-{made_at.astimezone(UTC):{MOMENT}}.tar.gz.age"


@contextmanager
def alone(path: Path, otherwise: str) -> Iterator[None]:
    """Hold the lock of a file for this block. Raises BackupFault with these words."""
    lock = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        take(lock, otherwise)
        yield
    finally:
        os.close(lock)


def take(lock: int, otherwise: str) -> None:
    """Take the lock on an open file until it is closed. Raises BackupFault with these words."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise BackupFault(otherwise) from error


def _empty(work: Path) -> None:
    work.mkdir(mode=0o700, exist_ok=True)
    for each in work.iterdir():
        each.unlink()


def _read_moment(text: str) -> datetime:
    return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)
