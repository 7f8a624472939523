"""Proves that records and leaves are in the tree of a signed checkpoint."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from supporters.database import db
from supporters.transparency_log.log_records import Record, hash_leaf
from supporters.transparency_log.merkle_tree import HASH_BYTES, WIDTH, is_included
from supporters.transparency_log.models import LogHead, LogTile
from supporters.transparency_log.queries import find_entry, find_head
from supporters.transparency_log.sealing_spans import SealingSpan, find_span
from supporters.transparency_log.tile_store import open_tree


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A record, where its entry stands (from 0) in a tree of `size`, and the path to the root.

    `is_intact` says that the record is the one that was committed to, and that the path leads to
    the root of the head: what the tables say isn't believed. `span` says when it was sealed.
    """

    record: Record
    position: int
    size: int
    path: Sequence[bytes]
    is_intact: bool
    span: SealingSpan

    def as_json(self) -> dict[str, object]:
        """Return all that somebody needs to check it, with the key that opens this one record."""
        record = self.record
        leaf = hash_leaf(record.kind, record.id, record.commitment)
        return {
            "record": record.text,
            "key": record.own_key.hex(),
            "leaf": leaf.hex(),
            "index": self.position,
            "size": self.size,
            "path": [step.hex() for step in self.path],
            "sealed": self.span.as_json(),
        }


class Prover:
    """Makes proofs against one head."""

    def __init__(self, head: LogHead) -> None:
        self.head = head
        self._tree = open_tree(head.size)

    def prove(self, record: Record) -> Proof | None:
        """Return the proof of a record; None while its entry isn't in the tree of this head."""
        entry = find_entry(record.kind, record.id)
        if entry is None or entry.position is None or entry.position >= self.head.size:
            return None
        position, size = entry.position, self.head.size
        path = self._tree.inclusion_path(position, size)
        leaf = hash_leaf(record.kind, record.id, record.commitment)
        return Proof(
            record=record,
            position=position,
            size=size,
            path=path,
            is_intact=is_included(leaf, position, size=size, root=self.head.root, path=path),
            span=find_span(position, self.head, self._tree),
        )


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
