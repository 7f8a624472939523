"""Keeps the hash of each leaf outside the database: 32 bytes each, in a file of this machine.

After a restore, the lost leaves are appended again from it, so that the tree grows from its newest
published checkpoint (ADR 141). It is written and synced before a checkpoint is committed. Hashes
of a commit that failed are overwritten, also if another machine sealed other entries meanwhile. A
log of another name has a file of its own.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from sqlalchemy import select

from supporters.database import db
from supporters.disk_probe import sync, write_whole
from supporters.extensions import current_settings
from supporters.transparency_log.checkpoint_store import checkpoints_file, find_external_checkpoint
from supporters.transparency_log.checkpoints import CheckpointInvalid
from supporters.transparency_log.merkle_tree import HASH_BYTES, WIDTH, TreeBroken
from supporters.transparency_log.models import LogTile

TILES_AT_ONCE = 64


class FolderKnowsMore(Exception):
    """This machine published a larger tree of this log: the database is an earlier one."""


def leaves_file(origin: str, folder: Path | None = None) -> Path:
    """Return the file of the leaves of a log, in this instance folder or in another."""
    folder = folder or current_settings().instance_dir
    name = hashlib.sha256(origin.encode()).hexdigest()[:8]
    return folder / checkpoints_file().parent.name / f"leaves-{name}"


def count_leaves(path: Path) -> int:
    """Return how many whole hashes a file has; 0 if it is missing."""
    try:
        return path.stat().st_size // HASH_BYTES
    except FileNotFoundError:
        return 0


def read_leaves(path: Path, end: int) -> Iterator[bytes]:
    """Yield the hashes of the first leaves in a file, up to `end`."""
    with path.open("rb") as file:
        for _ in range(end):
            yield file.read(HASH_BYTES)


def check_folder(origin: str, size: int) -> None:
    """Raise FolderKnowsMore if this machine published a tree of this log that is larger."""
    if count_leaves(leaves_file(origin)) > size and (published := _find_published(origin)) > size:
        message = f"The log has {size} entries, and this machine published {published}."
        raise FolderKnowsMore(message)


def _find_published(origin: str) -> int:
    """Return the size of the tree of this log that this machine published last."""
    try:
        head = find_external_checkpoint()
    except CheckpointInvalid:  # of another database: the start of a worker refuses it
        return 0
    return head.size if head is not None and head.origin == origin else 0


def store_leaves(origin: str, size: int, leaves: Sequence[bytes] = ()) -> None:
    """Write the hashes of the leaves after the first `size`, and of earlier ones that lack.

    Raises OSError and TreeBroken.
    """
    path = leaves_file(origin)
    if not leaves and count_leaves(path) >= size and _ends_right(path, size):
        return
    is_new = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)  # commands seal too
        place = _find_place(path, origin, size)
        if leaves or place < size:
            os.ftruncate(file, place * HASH_BYTES)
            os.lseek(file, 0, os.SEEK_END)
            for some in chain(_stored(place, size), [b"".join(leaves)]):
                write_whole(file, some)
    finally:
        os.close(file)
    if is_new:
        sync(path.parent)


def _find_place(path: Path, origin: str, size: int) -> int:
    """Return up to where a file is kept. Nothing that this machine published is overwritten."""
    place = min(count_leaves(path), size)
    if _ends_right(path, place):
        return place
    published = _find_published(origin)
    while place > published and not _ends_right(path, place):
        place = max((place - 1) // WIDTH * WIDTH, published)
    return place


def _ends_right(path: Path, end: int) -> bool:
    """Tell whether the last leaves up to a place are those of the tree. Raises TreeBroken."""
    first = max(end - 1, 0) // WIDTH * WIDTH
    with path.open("rb") as file:
        file.seek(first * HASH_BYTES)
        return all(file.read(len(hashes)) == hashes for hashes in _stored(first, end))


def find_differing_leaf(path: Path, size: int) -> int | None:
    """Return about where a file differs from the tree in the database; None if it agrees.

    Raises TreeBroken.
    """
    end, place = min(count_leaves(path), size), 0
    if end == 0:
        return None
    with path.open("rb") as file:
        for hashes in _stored(0, end):
            if file.read(len(hashes)) != hashes:
                return place
            place += len(hashes) // HASH_BYTES
    return None


def _stored(first: int, end: int) -> Iterator[bytes]:
    """Yield the hashes between two places of the tree in the database. Raises TreeBroken."""
    last = -(-end // WIDTH)
    for number in range(first // WIDTH, last, TILES_AT_ONCE):
        window = LogTile.number.between(number, min(number + TILES_AT_ONCE, last) - 1)
        tiles = select(LogTile.hashes).where(LogTile.level == 0, window).order_by(LogTile.number)
        hashes = b"".join(db.session.scalars(tiles))
        start = number * WIDTH
        if len(hashes) < HASH_BYTES * min(end - start, TILES_AT_ONCE * WIDTH):
            raise TreeBroken(f"Tiles of leaves from {number} on are missing or too short.")
        yield hashes[max(first - start, 0) * HASH_BYTES : (end - start) * HASH_BYTES]
