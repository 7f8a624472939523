"""Proves that records and leaves are in the tree of a signed checkpoint."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from supporters.database import db
from supporters.transparency_log.log_records import LogRecord, hash_leaf
from supporters.transparency_log.merkle_tree import HASH_BYTES, WIDTH, is_included
from supporters.transparency_log.models import LogCheckpoint, LogTile
from supporters.transparency_log.queries import find_entry, find_latest_checkpoint
from supporters.transparency_log.sealing_spans import SealingSpan, find_sealing_span
from supporters.transparency_log.tile_store import open_tree


@dataclass(frozen=True, kw_only=True)
class InclusionProof:
    """A record, the position of its entry (from 0) in a tree of `size`, and the path to the root.

    `is_intact`: the record matches its commitment, and the path leads to the root of the
    checkpoint. It is computed, not read from the tables. `span` tells when the entry was sealed.
    """

    record: LogRecord
    position: int
    size: int
    path: Sequence[bytes]
    is_intact: bool
    span: SealingSpan

    def as_json(self) -> dict[str, object]:
        """Return all that a check of the proof needs, with the key that opens only this record."""
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
    """Makes proofs against one checkpoint."""

    def __init__(self, checkpoint: LogCheckpoint) -> None:
        self.checkpoint = checkpoint
        self._tree = open_tree(checkpoint.size)

    def prove(self, record: LogRecord) -> InclusionProof | None:
        """Return the proof of a record; None if its entry isn't in the tree of this checkpoint."""
        entry = find_entry(record.kind, record.id)
        if entry is None or entry.position is None or entry.position >= self.checkpoint.size:
            return None
        position, size = entry.position, self.checkpoint.size
        path = self._tree.inclusion_path(position, size)
        leaf = hash_leaf(record.kind, record.id, record.commitment)
        return InclusionProof(
            record=record,
            position=position,
            size=size,
            path=path,
            is_intact=is_included(leaf, position, size=size, root=self.checkpoint.root, path=path),
            span=find_sealing_span(position, self.checkpoint, self._tree),
        )


@dataclass(frozen=True, kw_only=True)
class LeafProof:
    """The index (from 0) of a leaf in the tree of a size, and the path to the root."""

    index: int
    size: int
    path: list[bytes]


def prove_leaf(leaf: bytes, size: int | None = None) -> LeafProof | None:
    """Return the proof that a leaf is in the tree of a size; by default, of the latest tree."""
    checkpoint = find_latest_checkpoint()
    if checkpoint is None or not 0 < (size or checkpoint.size) <= checkpoint.size:
        return None
    size = size or checkpoint.size
    index = _find_index(leaf)
    if index is None or index >= size:
        return None
    return LeafProof(index=index, size=size, path=open_tree(size).inclusion_path(index, size))


def prove_consistency(first: int, second: int) -> list[bytes] | None:
    """Return the proof that a tree extends a smaller one; None for sizes that don't exist."""
    checkpoint = find_latest_checkpoint()
    if checkpoint is None or not 0 < first <= second <= checkpoint.size:
        return None
    return [] if first == second else open_tree(second).consistency_path(first, second)


def _find_index(leaf: bytes) -> int | None:
    """Return the index of a leaf's hash. It searches the tiles, of 256 hashes each."""
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
