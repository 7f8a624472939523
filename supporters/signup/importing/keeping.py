"""Keeps the files of imports in the instance folder, for nobody else to read, and deletes them.

A file is put into one form when it arrives: UTF-8 without a mark, line feeds. So a position in it
is a number of bytes, and a file that can't be read is refused before anything is stored.
"""

import codecs
import hashlib
import io
import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from supporters.extensions import current_settings
from supporters.signup.importing.decoding import SIZE_OF_BLOCK

FOLDER = "imports"
LINES_OF_HEAD = 20
LONGEST_HEAD_LINE = 16 * 1024
LEFT_OVER_AFTER = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file in its one form: by which key it is found, how large it is, how it begins."""

    key: str
    content_hash: str
    size: int
    head: list[str]


def keep_file(source: BinaryIO, encoding: str) -> KeptFile:
    """Write a file into the folder. Raises OSError when the disk doesn't take it."""
    key = secrets.token_urlsafe(16)
    path = path_of(key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        digest = _write(source, path, encoding)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return KeptFile(key=key, content_hash=digest, size=path.stat().st_size, head=_read_head(path))


def path_of(key: str) -> Path:
    """Return where the file with this key is."""
    return current_settings().instance_dir / FOLDER / f"{key}.csv"


def drop_file(key: str) -> None:
    """Delete a file; one that is gone already is no fault."""
    path_of(key).unlink(missing_ok=True)


def drop_left_over_files(wanted: Collection[str], now: datetime) -> int:
    """Delete the files that no import knows, such as after a crash; return how many."""
    oldest = (now - LEFT_OVER_AFTER).timestamp()
    folder = current_settings().instance_dir / FOLDER
    gone = [
        path
        for path in folder.glob("*.csv")
        if path.stem not in wanted and path.stat().st_mtime < oldest
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _write(source: BinaryIO, path: Path, encoding: str) -> str:
    """Write the file in its one form; return the SHA-256 of that."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    digest = hashlib.sha256()
    source.seek(0)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        is_over = False
        while not is_over:
            block = source.read(SIZE_OF_BLOCK)
            is_over = not block
            written = decoder.decode(block, final=is_over).encode()
            digest.update(written)
            file.write(written)
    return digest.hexdigest()


def _read_head(path: Path) -> list[str]:
    with path.open("rb") as file:
        lines = (file.readline(LONGEST_HEAD_LINE) for _ in range(10 * LINES_OF_HEAD))
        texts = (line.decode(errors="ignore").rstrip("\n") for line in lines)
        return [*islice((text for text in texts if text.strip()), LINES_OF_HEAD)]
