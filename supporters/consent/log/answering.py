"""Answers whoever watches the log from outside: hashes and signed heads, and nothing else."""

from dataclasses import dataclass

from sqlalchemy import func, select

from supporters.consent.log.models import LogTile
from supporters.consent.log.proofs import HASH_BYTES
from supporters.consent.log.queries import find_head
from supporters.consent.log.tiles import open_tree
from supporters.consent.log.tree import WIDTH
from supporters.database import db


@dataclass(frozen=True, kw_only=True)
class Inclusion:
    """Where a leaf stands (from 0) in the tree of a size, and the path to its root."""

    index: int
    size: int
    path: list[bytes]


def prove_leaf(leaf: bytes, size: int | None = None) -> Inclusion | None:
    """Return the proof that a leaf is in the tree of a size, by default the newest head's."""
    head = find_head()
    if head is None or not 0 < (size or head.size) <= head.size:
        return None
    size = size or head.size
    index = _find_index(leaf)
    if index is None or index >= size:
        return None
    return Inclusion(index=index, size=size, path=open_tree(size).inclusion_path(index, size))


def prove_consistency(first: int, second: int) -> list[bytes] | None:
    """Return the proof that the tree of a size grew out of that of another; None for no sizes."""
    head = find_head()
    if head is None or not 0 < first <= second <= head.size:
        return None
    return [] if first == second else open_tree(second).consistency_path(first, second)


def _find_index(leaf: bytes) -> int | None:
    """Return where a leaf's hash stands. The tiles hold 256 hashes each and are read through."""
    is_sqlite = db.session.connection().dialect.name == "sqlite"
    place_in = func.instr if is_sqlite else func.pg_catalog.position
    place = place_in(LogTile.hashes, leaf)
    found = db.session.execute(
        select(LogTile.number, place).where(LogTile.level == 0, place > 0).limit(1)
    ).first()
    if found is None:
        return None
    number, start = found
    index, rest = divmod(start - 1, HASH_BYTES)
    return None if rest else number * WIDTH + index
