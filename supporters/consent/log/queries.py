"""Reads of the log: its newest head, and where a record stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from supporters.consent.log.describing import PAGE, PURPOSE, WORDING
from supporters.consent.log.models import Erasure, LogEntry, LogHead, Restoration
from supporters.consent.models import PageVersion, Purpose, Wording
from supporters.database import db
from supporters.ids import moment_of

SMALL_ID = 2**32
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


def list_restorations() -> Sequence[Restoration]:
    """Return when the database was put back from a backup, newest first."""
    return db.session.scalars(select(Restoration).order_by(Restoration.id.desc())).all()


@dataclass(frozen=True)
class Erasures:
    """How many erasures there were, and how many records they list together."""

    count: int
    records: int


def count_erasures() -> Erasures:
    """Return how many erasures the log tells of, and of how many records.

    A list of n records has n + 1 opening brackets; kinds have none.
    """
    brackets = func.length(Erasure.records) - func.length(func.replace(Erasure.records, "[", ""))
    count, records = db.session.execute(
        select(func.count(), func.coalesce(func.sum(brackets - 1), 0)).select_from(Erasure)
    ).one()
    return Erasures(count, int(records))


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


def find_oldest_unsealed() -> datetime | None:
    """Return since when the entry that waits longest does.

    Ids of acts tell when they were made; purposes, wordings and pages have small ones.
    """
    oldest = func.min(LogEntry.record_id)
    act = db.session.scalar(
        select(oldest).where(LogEntry.position.is_(None), LogEntry.record_id > SMALL_ID)
    )
    moments = [None if act is None else moment_of(act)]
    for kind, row_id, moment in (
        (PURPOSE, Purpose.id, Purpose.created_at),
        (WORDING, Wording.id, Wording.created_at),
        (PAGE, PageVersion.id, PageVersion.first_used_at),
    ):
        waiting = select(LogEntry.record_id).where(
            LogEntry.kind == kind, LogEntry.position.is_(None)
        )
        moments.append(db.session.scalar(select(func.min(moment)).where(row_id.in_(waiting))))
    return min((each for each in moments if each is not None), default=None)
