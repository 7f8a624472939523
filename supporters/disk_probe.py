"""Tells whether a disk accepts a write: an open file doesn't show that it is full. Syncs files."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

NAME = ".probe"
BYTES = 64 * 1024  # more than the free rest of a file's last block
FEW_MEGABYTES = 500
MEGABYTE = 1024 * 1024


def write_probe(folder: Path) -> None:
    """Write a file, sync it to the disk, and delete it again. Raises OSError."""
    probe = folder / f"{NAME}-{os.getpid()}"
    try:
        file = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            write_whole(file, bytes(BYTES))
        finally:
            os.close(file)
    finally:
        with suppress(FileNotFoundError):
            probe.unlink()


def write_whole(file: int, content: bytes) -> None:
    """Write all of it, and sync it to the disk. Raises OSError."""
    while content:
        content = content[os.write(file, content) :]
    os.fsync(file)


def replace_whole(path: Path, content: bytes) -> None:
    """Write a file, private, in one step: after a kill or on a full disk it is as before.

    Raises OSError.
    """
    fresh = path.with_name(f"{path.name}.new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        write_whole(file, content)
    finally:
        os.close(file)
    fresh.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Sync a file or a folder to the disk. Raises OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def free_megabytes(folder: Path) -> int:
    """Return the free space for users other than root."""
    return shutil.disk_usage(folder).free // MEGABYTE
