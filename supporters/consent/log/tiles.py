"""Keeps the hashes of the tree: rows of 256, at each level the roots of the rows below."""

from collections.abc import Sequence

from supporters.consent.log.models import LogTile
from supporters.consent.log.proofs import HASH_BYTES
from supporters.consent.log.tree import WIDTH, TiledTree, cut, fold
from supporters.database import db


def open_tree(size: int) -> TiledTree:
    """Return the stored tree, as it was at a size. Its tiles are read once."""
    kept: dict[tuple[int, int], bytes] = {}

    def read(level: int, number: int) -> bytes:
        if (level, number) not in kept:
            kept[level, number] = db.session.get_one(LogTile, (level, number)).hashes
        return kept[level, number]

    return TiledTree(size, read)


def add_leaves(size: int, leaves: Sequence[bytes]) -> None:
    """Put the hashes of new leaves behind the `size` that are there."""
    level, first, hashes = 0, size, list(leaves)
    while hashes:
        full = _add_to_level(level, first, hashes)
        level, first, hashes = level + 1, first // WIDTH, full


def _add_to_level(level: int, first: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Write hashes into the rows of a level; return the roots of the rows that are full now."""
    full = []
    done = 0
    while done < len(hashes):
        number, place = divmod(first + done, WIDTH)
        some = hashes[done : done + WIDTH - place]
        row = _write((level, number), b"".join(some), place=place)
        if len(row) == WIDTH * HASH_BYTES:
            full.append(fold(cut(row)))
        done += len(some)
    return full


def _write(where: tuple[int, int], hashes: bytes, *, place: int) -> bytes:
    if place == 0:
        level, number = where
        db.session.add(LogTile(level=level, number=number, hashes=hashes))
        return hashes
    tile = db.session.get_one(LogTile, where)
    tile.hashes = tile.hashes[: place * HASH_BYTES] + hashes
    return tile.hashes
