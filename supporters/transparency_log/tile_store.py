"""Stores the tree as tiles of 256 hashes. A tile's root is a hash of the level above."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from supporters.database import db, update_where
from supporters.transparency_log.merkle_tree import (
    HASH_BYTES,
    WIDTH,
    TiledTree,
    TreeBroken,
    fold,
    split_hashes,
)
from supporters.transparency_log.models import LogTile

TileId = tuple[int, int]


def open_tree(size: int) -> TiledTree:
    """Return the stored tree at a size. It reads each tile once."""
    cached: dict[TileId, bytes] = {}

    def read(level: int, number: int) -> bytes:
        if (level, number) not in cached:
            cached[level, number] = _read((level, number))
        return cached[level, number]

    return TiledTree(size, read)


def add_leaves(size: int, leaves: Sequence[bytes]) -> None:
    """Append the hashes of new leaves to the first `size`.

    Raises TreeBroken if the last tile doesn't end with leaf number `size`.
    """
    level, first, hashes = 0, size, list(leaves)
    while hashes:
        full = _add_to_level(level, first, hashes)
        level, first, hashes = level + 1, first // WIDTH, full


def _add_to_level(level: int, first: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Write hashes into the tiles of a level; return the roots of the tiles that became full."""
    full: list[bytes] = []
    new: list[dict[str, object]] = []
    done = 0
    while done < len(hashes):
        number, place = divmod(first + done, WIDTH)
        some = hashes[done : done + WIDTH - place]
        row = b"".join(some)
        if place:
            row = _continue((level, number), row, place=place)
        else:
            new.append({"level": level, "number": number, "hashes": row})
        if len(row) == WIDTH * HASH_BYTES:
            full.append(fold(split_hashes(row)))
        done += len(some)
    if new:
        db.session.execute(insert(LogTile), new)
    return full


def _continue(where: TileId, hashes: bytes, *, place: int) -> bytes:
    """Append hashes to the first ones of a tile; return the whole tile."""
    row = _read(where)
    if len(row) != place * HASH_BYTES:
        raise TreeBroken(f"Tile {where[1]} of level {where[0]} has no {place} hashes.")
    row += hashes
    level, number = where
    update_where(LogTile, LogTile.level == level, LogTile.number == number, hashes=row)
    return row


def _read(where: TileId) -> bytes:
    level, number = where
    hashes = db.session.scalar(
        select(LogTile.hashes).where(LogTile.level == level, LogTile.number == number)
    )
    if hashes is None:
        raise TreeBroken(f"Tile {number} of level {level} is missing.")
    return hashes
