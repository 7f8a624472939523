"""Reads of the log: its newest head, and where a record stands."""

from collections.abc import Sequence

from sqlalchemy import func, select

from supporters.consent.log.models import LogEntry, LogHead, Restoration
from supporters.database import db


def find_head() -> LogHead | None:
    """Return the newest signed head; None before anything was sealed."""
    return db.session.scalar(select(LogHead).order_by(LogHead.size.desc()).limit(1))


def find_head_of_size(size: int) -> LogHead | None:
    """Return the signed head of the tree at a size."""
    return db.session.get(LogHead, size)


def list_heads(*, limit: int) -> Sequence[LogHead]:
    """Return the newest signed heads, newest first."""
    return db.session.scalars(select(LogHead).order_by(LogHead.size.desc()).limit(limit)).all()


def list_restorations() -> Sequence[Restoration]:
    """Return when the database was put back from a backup, newest first."""
    return db.session.scalars(select(Restoration).order_by(Restoration.id.desc())).all()


def find_entry(kind: str, record_id: int) -> LogEntry | None:
    """Return the entry of a record."""
    return db.session.get(LogEntry, (kind, record_id))


def count_unsealed() -> int:
    """Return how many entries wait to be sealed."""
    waiting = select(func.count()).select_from(LogEntry).where(LogEntry.position.is_(None))
    return db.session.scalar(waiting) or 0
