"""Proves that records are in the tree of a signed checkpoint, and when they were sealed.

A position in the tree gives no time; the checkpoints before and after it do. They are signed, and
each has a consistency path to the latest one. So a proof shows if a consent was written later than
it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from sqlalchemy import func, select

from supporters.database import db
from supporters.transparency_log.cached_tree import open_tree
from supporters.transparency_log.log_records import LogRecord, format_moment, hash_leaf
from supporters.transparency_log.merkle_tree import HASH_BYTES, WIDTH, is_included
from supporters.transparency_log.models import LogCheckpoint, LogTile
from supporters.transparency_log.queries import (
    SealedEntry,
    find_checkpoint_before,
    find_latest_checkpoint,
    find_sealing_checkpoint,
    list_sealed_entries,
)

MOST_PER_CHECKPOINT = 20_000  # the most entries that one checkpoint adds
LATE = timedelta(hours=1)
CLOCK_SKEW = timedelta(minutes=5)  # between the clocks of several machines


class Delay(StrEnum):
    """Why an entry was sealed long after the time that its record gives; NONE if it was not."""

    NONE = "none"
    OLDER_THAN_LOG = "older-than-log"
    WORKER_STOPPED = "stood-still"
    TOO_LATE = "too-late"


@dataclass(frozen=True, kw_only=True)
class SealingSpan:
    """The last checkpoint without an entry, if there is one, and the first with it.

    The paths show that the latest checkpoint extends each of them. `is_first`: the entry was sealed
    when the log began, so it may be older than the log.
    """

    after: LogCheckpoint | None
    by: LogCheckpoint
    after_path: Sequence[bytes]
    by_path: Sequence[bytes]
    is_first: bool

    def delay_since(self, happened_at: datetime) -> Delay:
        """Classify the time between an event and its sealing."""
        after = self.after.sealed_at if self.after else None
        return classify_delay(happened_at, after, self.by.sealed_at, is_first=self.is_first)

    def as_json(self) -> dict[str, object]:
        """Return the span for a proof."""
        return {
            "after_at": format_moment(self.after.sealed_at) if self.after else None,
            "by_at": format_moment(self.by.sealed_at),
            "after": self.after.checkpoint if self.after else None,
            "after_path": [step.hex() for step in self.after_path],
            "by": self.by.checkpoint,
            "by_path": [step.hex() for step in self.by_path],
        }


def classify_delay(
    happened_at: datetime, after: datetime | None, by: datetime, *, is_first: bool
) -> Delay:
    """Classify the time between an event and its sealing.

    If nothing was sealed in that time, the worker did not run. If other entries were sealed, the
    record was written later than it says.
    """
    if by - happened_at <= LATE:
        return Delay.NONE
    if is_first:
        return Delay.OLDER_THAN_LOG
    if after is None or after <= happened_at + CLOCK_SKEW:
        return Delay.WORKER_STOPPED
    return Delay.TOO_LATE


def find_first_size() -> int:
    """Return how many entries were sealed when the log began. They include the older records.

    They may fill several checkpoints. All of these but the last have the largest number of entries.
    """
    size = 0
    while checkpoint := find_sealing_checkpoint(size):
        size = checkpoint.size
        if size % MOST_PER_CHECKPOINT:
            break
    return size


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
    """Makes proofs against one checkpoint. It reads each tile of the tree once."""

    def __init__(self, checkpoint: LogCheckpoint) -> None:
        self.checkpoint = checkpoint
        self._tree = open_tree(checkpoint.size)

    def prove(self, record: LogRecord) -> InclusionProof | None:
        """Return the proof of a record; None if its entry isn't in the tree of this checkpoint."""
        return self.prove_all([record])[0]

    def prove_all(self, records: Sequence[LogRecord]) -> list[InclusionProof | None]:
        """Return the proofs of records, in their order. Many take as many statements as one."""
        entries = list_sealed_entries([(each.kind, each.id) for each in records])
        found = [entries.get((each.kind, each.id)) for each in records]
        return [
            self._prove(record, entry) if entry and entry.position < self.checkpoint.size else None
            for record, entry in zip(records, found, strict=True)
        ]

    def _prove(self, record: LogRecord, entry: SealedEntry) -> InclusionProof:
        position, size, root = entry.position, self.checkpoint.size, self.checkpoint.root
        path = self._tree.inclusion_path(position, size)
        leaf = hash_leaf(record.kind, record.id, record.commitment)
        return InclusionProof(
            record=record,
            position=position,
            size=size,
            path=path,
            is_intact=is_included(leaf, position, size=size, root=root, path=path),
            span=self._describe_span(entry),
        )

    def find_span(self, position: int) -> SealingSpan:
        """Return when the entry at a position was sealed, with the paths to the checkpoint."""
        after, by = find_checkpoint_before(position), find_sealing_checkpoint(position)
        return self._describe_span(SealedEntry(position, after, by))

    def _describe_span(self, entry: SealedEntry) -> SealingSpan:
        after, by = entry.after, entry.by or self.checkpoint
        return SealingSpan(
            after=after,
            by=by,
            after_path=self.path_from(after.size) if after else (),
            by_path=self.path_from(by.size),
            is_first=entry.position < self._first_size,
        )

    @cached_property
    def _first_size(self) -> int:
        return find_first_size()

    def path_from(self, size: int) -> Sequence[bytes]:
        """Return the consistency path from a smaller tree to the checkpoint."""
        newest = self.checkpoint.size
        return () if size >= newest else self._tree.consistency_path(size, newest)


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
