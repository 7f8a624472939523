"""Keeps each signed checkpoint outside the database, in an append-only file of this machine.

This file, and the checkpoints that were mailed, reveal a tree that was recomputed in the database
(REQ-21). Each machine that seals has its own file.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from supporters.disk_probe import sync
from supporters.extensions import current_settings
from supporters.transparency_log.checkpoints import Checkpoint, CheckpointInvalid, read_checkpoint
from supporters.transparency_log.log_records import signing_key
from supporters.transparency_log.models import LogCheckpoint

BLOCK = 64 * 1024


class _IncompleteLine(CheckpointInvalid):
    """The machine stopped while the line was written."""


def checkpoints_file(folder: Path | None = None) -> Path:
    """Return the file of the checkpoints that a machine sealed: one JSON object a line.

    It is in the instance folder of this machine, or in the given one.
    """
    return (folder or current_settings().instance_dir) / "consent-log" / "heads.jsonl"


def store_checkpoint(checkpoint: LogCheckpoint) -> None:
    """Append a checkpoint to the file and sync it to the disk. Raises OSError."""
    path = checkpoints_file()
    is_new = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = json.dumps(
        {"size": checkpoint.size, "checkpoint": checkpoint.checkpoint}, ensure_ascii=False
    )
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, _missing_line_break(file) + line.encode() + b"\n")
        os.fsync(file)
    finally:
        os.close(file)
    if is_new:
        sync(path.parent)


def find_external_checkpoint() -> Checkpoint | None:
    """Return the last checkpoint that this machine stored; None if it never sealed.

    Raises CheckpointInvalid if the key of this database didn't sign it.
    """
    return find_last_checkpoint(checkpoints_file())


def find_last_checkpoint(path: Path) -> Checkpoint | None:
    """Return the last checkpoint in such a file; None if its machine never sealed.

    Raises CheckpointInvalid if the key of this database didn't sign it.
    """
    key = signing_key().public_key()
    for line in _lines_from_the_end(path):
        try:
            return read_checkpoint(_checkpoint_in(line), key)
        except _IncompleteLine:
            continue
    return None


def count_external_checkpoints() -> int:
    """Return the number of the last line of the file; the database has the rows of all lines."""
    try:
        with checkpoints_file().open("rb") as file:
            return sum(1 for _ in file)
    except FileNotFoundError:
        return 0


def list_external_checkpoints(
    folder: Path | None = None,
) -> Iterator[tuple[int, Checkpoint | None]]:
    """Yield the checkpoint in each line of the file, oldest first; None if we didn't sign it.

    Skips lines that a crash left incomplete.
    """
    key = signing_key().public_key()
    try:
        file = checkpoints_file(folder).open("rb")
    except FileNotFoundError:
        return
    with file:
        for number, line in enumerate(file, start=1):
            try:
                yield number, read_checkpoint(_checkpoint_in(line), key)
            except _IncompleteLine:
                continue
            except CheckpointInvalid:
                yield number, None


def _checkpoint_in(line: bytes) -> str:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise _IncompleteLine from error
    text = found.get("checkpoint") if isinstance(found, dict) else None
    if not isinstance(text, str):
        raise CheckpointInvalid
    return text


def _lines_from_the_end(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, last line first, without reading all of it at once."""
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


def _missing_line_break(file: int) -> bytes:
    """Return a line break if a crash left the last line without one."""
    size = os.fstat(file).st_size
    is_torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
    return b"\n" if is_torn else b""
