"""Reads of the log: its checkpoints, and the entry of a record."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from supporters.database import db
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
