"""Keeps each signed head outside the database: in a file of this machine that only ever grows.

Whoever recomputes the whole tree in the database still has this file against them, and the heads
that were mailed (REQ-21). Each machine that seals has its own.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from supporters.extensions import current_settings
from supporters.transparency_log.checkpoints import Checkpoint, CheckpointInvalid, read_checkpoint
from supporters.transparency_log.log_keys import signing_key
from supporters.transparency_log.models import LogHead

BLOCK = 64 * 1024


class _LineTorn(CheckpointInvalid):
    """The machine went down while the line was written."""


def heads_file() -> Path:
    """Return where this machine keeps the heads that it sealed: a JSON object in each line."""
    return current_settings().instance_dir / "consent-log" / "heads.jsonl"


def keep_head(head: LogHead) -> None:
    """Add a head to the file, and have it on the disk. Raises OSError."""
    path = heads_file()
    is_new = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = json.dumps({"size": head.size, "checkpoint": head.checkpoint}, ensure_ascii=False)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, _after_a_torn_line(file) + line.encode() + b"\n")
        os.fsync(file)
    finally:
        os.close(file)
    if is_new:
        _write_through(path.parent)


def find_external_head() -> Checkpoint | None:
    """Return the head that this machine kept last; None if it never sealed.

    Raises CheckpointInvalid when it isn't signed by the key of this database.
    """
    return find_last_head(heads_file())


def find_last_head(path: Path) -> Checkpoint | None:
    """Return the head that a machine kept last in such a file; None if it never sealed.

    Raises CheckpointInvalid when it isn't signed by the key of this database.
    """
    key = signing_key().public_key()
    for line in _lines_from_the_end(path):
        try:
            return read_checkpoint(_checkpoint_in(line), key)
        except _LineTorn:
            continue
    return None


def list_external_heads() -> Iterator[tuple[int, Checkpoint | None]]:
    """Yield the head in each line of the file, oldest first; None where we didn't sign it.

    Lines that were torn off are left out.
    """
    key = signing_key().public_key()
    try:
        file = heads_file().open("rb")
    except FileNotFoundError:
        return
    with file:
        for number, line in enumerate(file, start=1):
            try:
                yield number, read_checkpoint(_checkpoint_in(line), key)
            except _LineTorn:
                continue
            except CheckpointInvalid:
                yield number, None


def _checkpoint_in(line: bytes) -> str:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise _LineTorn from error
    text = found.get("checkpoint") if isinstance(found, dict) else None
    if not isinstance(text, str):
        raise CheckpointInvalid
    return text


def _lines_from_the_end(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, the last one first, without reading all of it at once."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        place, rest = file.seek(0, os.SEEK_END), b""
        while place > 0:
            start = max(0, place - BLOCK)
            file.seek(start)
            first, *whole = (file.read(place - start) + rest).split(b"\n")
            yield from (line for line in reversed(whole) if line)
            place, rest = start, first
        if rest:
            yield rest


def _after_a_torn_line(file: int) -> bytes:
    """Return the line break that a crash kept from being written."""
    size = os.fstat(file).st_size
    is_torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
    return b"\n" if is_torn else b""


def _write_through(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
