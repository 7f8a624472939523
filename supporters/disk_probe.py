"""Tells whether a disk takes what is written to it: an open file says nothing of a full disk."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

NAME = ".probe"
BYTES = 64 * 1024  # more than fits into what a file has left of its last block
FEW_MEGABYTES = 500
MEGABYTE = 1024 * 1024


def write_probe(folder: Path) -> None:
    """Write a file to the disk, through to it, and delete it again. Raises OSError."""
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
    """Write all of it, and through to the disk. Raises OSError."""
    while content:
        content = content[os.write(file, content) :]
    os.fsync(file)


def free_megabytes(folder: Path) -> int:
    """Return how much room there is, for anybody but root."""
    return shutil.disk_usage(folder).free // MEGABYTE
