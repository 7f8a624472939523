"""The tree as tiles of 256 hashes: stored, and those of the latest tree cached by this process.

A full tile never changes; the last one of a level belongs to one checkpoint. Nothing rests on the
cached tiles: the path that they give must lead to the signed root, or they are read again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from flask import Flask, current_app
from sqlalchemy import bindparam, insert, select

from supporters.database import db, update_where
from supporters.fast_path.prepared_statements import Statement
from supporters.fast_path.round_trips import read_one
from supporters.transparency_log.merkle_tree import (
    HASH_BYTES,
    WIDTH,
    TiledTree,
    TreeBroken,
    fold,
    is_included,
    split_hashes,
)
from supporters.transparency_log.models import LogCheckpoint, LogTile

MOST_TILES = 500  # 4 MB
_READ_TILE = Statement(
    select(LogTile.hashes).where(
        LogTile.level == bindparam("of_level"), LogTile.number == bindparam("of_number")
    )
)
TileId = tuple[int, int]


class CheckpointFacts(NamedTuple):
    """The size, the root and the time of a checkpoint."""

    size: int
    root: bytes
    sealed_at: datetime


AnyCheckpoint = LogCheckpoint | CheckpointFacts


class _Tiles:
    """The tiles of one tree that were read."""

    def __init__(self, root: bytes, cached: dict[tuple[int, int], bytes]) -> None:
        self.root = root
        self.cached = cached

    def read(self, level: int, number: int) -> bytes:
        """Return a tile. Raises TreeBroken if it is missing."""
        if (level, number) not in self.cached:
            rows = read_one(_READ_TILE(of_level=level, of_number=number))
            if not rows:
                raise TreeBroken(f"Tile {number} of level {level} is missing.")
            self.cached[level, number] = rows[0][0]
        return self.cached[level, number]


class CachedTree:
    """The tiles that a process caches, of the latest tree that it met."""

    def __init__(self) -> None:
        self._tiles = _Tiles(b"", {})

    def includes(self, leaf: bytes, position: int, head: CheckpointFacts) -> bool:
        """Tell whether a leaf's hash is at a position (from 0) of a checkpoint's tree.

        Raises TreeBroken if a tile is missing.
        """
        try:
            if self._try(leaf, position, head):
                return True
        except TreeBroken:
            pass  # perhaps only a cached tile is too short
        self._tiles = _Tiles(head.root, {})
        return self._try(leaf, position, head)

    def _try(self, leaf: bytes, position: int, head: CheckpointFacts) -> bool:
        tree = TiledTree(head.size, self._tiles_of(head).read)
        path = tree.inclusion_path(position, head.size)
        return is_included(leaf, position, size=head.size, root=head.root, path=path)

    def _tiles_of(self, head: CheckpointFacts) -> _Tiles:
        tiles = self._tiles
        if tiles.root != head.root or len(tiles.cached) > MOST_TILES:
            whole = [*tiles.cached.items()] if len(tiles.cached) <= MOST_TILES else []
            full = {key: tile for key, tile in whole if len(tile) == WIDTH * HASH_BYTES}
            self._tiles = tiles = _Tiles(head.root, full)
        return tiles


def init_app(app: Flask) -> None:
    """Let the application cache tiles."""
    app.extensions["cached_tree"] = CachedTree()


def cached_tree() -> CachedTree:
    """Return the tiles that the running application caches."""
    return cast(CachedTree, current_app.extensions["cached_tree"])


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
