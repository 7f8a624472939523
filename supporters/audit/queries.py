"""Reads of erasures, restorations and unsealed entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from supporters.consent.models import PageSnapshot, Purpose, Wording
from supporters.consent.record_forms import EMAIL, PAGE, PURPOSE, WORDING
from supporters.consent.record_models import EmailSnapshot, Erasure, Restoration
from supporters.consent.suppression_records import LIFTED
from supporters.database import db
from supporters.ids import moment_of
from supporters.transparency_log.models import LogEntry

SMALL_ID = 2**32


def list_restorations() -> Sequence[Restoration]:
    """Return the restorations of the database from backups, newest first."""
    return db.session.scalars(select(Restoration).order_by(Restoration.id.desc())).all()


@dataclass(frozen=True)
class ErasureCounts:
    """The number of erasures, and of the records that they list together."""

    count: int
    records: int


def count_erasures() -> ErasureCounts:
    """Return how many erasures there are, and how many records they list.

    An open list of n records has n + 1 opening brackets; the kinds have none.
    """
    brackets = func.length(Erasure.records) - func.length(func.replace(Erasure.records, "[", ""))
    listed = func.sum(func.coalesce(Erasure.record_count, brackets - 1))
    count, records = db.session.execute(
        select(func.count(), func.coalesce(listed, 0)).select_from(Erasure)
    ).one()
    return ErasureCounts(count, int(records))


def find_oldest_unsealed() -> datetime | None:
    """Return since when the oldest unsealed entry waits; None if none does.

    The ids of events contain their time; purposes, wordings and snapshots have small ids. The end
    of a suppression has the id of its beginning, and waits beside the event that ended it.
    """
    oldest = func.min(LogEntry.record_id)
    act = db.session.scalar(
        select(oldest).where(
            LogEntry.position.is_(None), LogEntry.record_id > SMALL_ID, LogEntry.kind != LIFTED
        )
    )
    moments = [None if act is None else moment_of(act)]
    for kind, row_id, moment in (
        (PURPOSE, Purpose.id, Purpose.created_at),
        (WORDING, Wording.id, Wording.created_at),
        (PAGE, PageSnapshot.id, PageSnapshot.first_used_at),
        (EMAIL, EmailSnapshot.id, EmailSnapshot.first_used_at),
    ):
        waiting = select(LogEntry.record_id).where(
            LogEntry.kind == kind, LogEntry.position.is_(None)
        )
        moments.append(db.session.scalar(select(func.min(moment)).where(row_id.in_(waiting))))
    return min((each for each in moments if each is not None), default=None)
