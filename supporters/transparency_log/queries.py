"""Reads of the log: its newest head, and where a record stands."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from supporters.database import db
from supporters.transparency_log.models import LogEntry, LogHead

SEALED_WITHIN = timedelta(minutes=2)  # else something is wrong: it takes some seconds


def find_head() -> LogHead | None:
    """Return the newest signed head; None before anything was sealed."""
    return db.session.scalar(select(LogHead).order_by(LogHead.size.desc()).limit(1))


def find_sealing_head(position: int) -> LogHead | None:
    """Return the first head whose tree has an entry at a place (from 0)."""
    return db.session.scalar(
        select(LogHead).where(LogHead.size > position).order_by(LogHead.size).limit(1)
    )


def find_head_before(position: int) -> LogHead | None:
    """Return the last head whose tree hadn't yet an entry at a place (from 0)."""
    return db.session.scalar(
        select(LogHead).where(LogHead.size <= position).order_by(LogHead.size.desc()).limit(1)
    )


def list_heads(*, limit: int) -> Sequence[LogHead]:
    """Return the newest signed heads, newest first."""
    return db.session.scalars(select(LogHead).order_by(LogHead.size.desc()).limit(limit)).all()


def find_entry(kind: str, record_id: int) -> LogEntry | None:
    """Return the entry of a record."""
    return db.session.get(LogEntry, (kind, record_id))


def is_anything_unsealed() -> bool:
    """Tell whether an entry waits to be sealed."""
    waiting = select(LogEntry.record_id).where(LogEntry.position.is_(None)).limit(1)
    return db.session.scalar(waiting) is not None


def is_anything_sealed() -> bool:
    """Tell whether the tree has, or had, anything in it."""
    placed = select(LogEntry.position).where(LogEntry.position.is_not(None)).limit(1)
    return find_head() is not None or db.session.scalar(placed) is not None
