"""Reads of the log: its checkpoints, and the entry of a record."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from supporters.database import db
from supporters.dialects import in_values
from supporters.transparency_log.models import LogCheckpoint, LogEntry

SEALED_WITHIN = timedelta(minutes=2)  # sealing takes some seconds


def find_latest_checkpoint() -> LogCheckpoint | None:
    """Return the latest checkpoint; None before the first sealing."""
    return db.session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))


def find_first_checkpoint() -> LogCheckpoint | None:
    """Return the first checkpoint; None before the first sealing."""
    return db.session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size).limit(1))


def find_sealing_checkpoint(position: int) -> LogCheckpoint | None:
    """Return the first checkpoint whose tree has an entry at a position (from 0)."""
    return db.session.scalar(
        select(LogCheckpoint)
        .where(LogCheckpoint.size > position)
        .order_by(LogCheckpoint.size)
        .limit(1)
    )


def find_checkpoint_before(position: int) -> LogCheckpoint | None:
    """Return the last checkpoint whose tree has no entry at a position (from 0)."""
    return db.session.scalar(
        select(LogCheckpoint)
        .where(LogCheckpoint.size <= position)
        .order_by(LogCheckpoint.size.desc())
        .limit(1)
    )


def list_checkpoints(*, limit: int) -> Sequence[LogCheckpoint]:
    """Return the latest checkpoints, newest first."""
    return db.session.scalars(
        select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(limit)
    ).all()


def find_entry(kind: str, record_id: int) -> LogEntry | None:
    """Return the entry of a record."""
    return db.session.get(LogEntry, (kind, record_id))


class SealedEntry(NamedTuple):
    """The position of an entry (from 0), the last checkpoint without it and the first with it."""

    position: int
    after: LogCheckpoint | None
    by: LogCheckpoint | None


def list_sealed_entries(records: Sequence[tuple[str, int]]) -> dict[tuple[str, int], SealedEntry]:
    """Return those entries of records that are sealed, by kind and id."""
    size = LogCheckpoint.size
    after = select(func.max(size)).where(size <= LogEntry.position).correlate(LogEntry)
    by = select(func.min(size)).where(size > LogEntry.position).correlate(LogEntry)
    entries = db.session.execute(
        select(LogEntry, after.scalar_subquery(), by.scalar_subquery()).where(
            LogEntry.kind.in_({kind for kind, _ in records}),
            in_values(LogEntry.record_id, [record_id for _, record_id in records]),
        )
    ).all()
    sizes = {each for _, *both in entries for each in both} - {None}
    found = db.session.scalars(select(LogCheckpoint).where(in_values(size, sorted(sizes))))
    stored = {each.size: each for each in found}
    return {
        (entry.kind, entry.record_id): SealedEntry(
            entry.position, stored.get(after), stored.get(by)
        )
        for entry, after, by in entries
        if entry.position is not None
    }


def is_anything_unsealed() -> bool:
    """Tell whether an entry waits for sealing."""
    waiting = select(LogEntry.record_id).where(LogEntry.position.is_(None)).limit(1)
    return db.session.scalar(waiting) is not None


def count_unsealed() -> int:
    """Return how many entries wait for sealing."""
    waiting = select(func.count()).select_from(LogEntry).where(LogEntry.position.is_(None))
    return db.session.scalar(waiting) or 0


def is_anything_sealed() -> bool:
    """Tell whether the log has a checkpoint or a sealed entry."""
    placed = select(LogEntry.position).where(LogEntry.position.is_not(None)).limit(1)
    return find_latest_checkpoint() is not None or db.session.scalar(placed) is not None
