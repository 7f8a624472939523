"""Finds what was hidden that keeps us from writing to somebody: asked before anything is mailed.

Whoever can write to the database can delete the row of a withdrawal and put the subscription back.
Its entry stays, and nobody but us can make the erasure that would excuse it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select

from supporters.consent.log.models import LogEntry, LogHead
from supporters.consent.log.verifying.erased import Erased
from supporters.consent.log.verifying.findings import Finding, Report
from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db
from supporters.dialects import is_one_of
from supporters.ids import first_id_of, moment_of

AT_ONCE = 5_000
CONSENTS = (EventKind.CONFIRMED, EventKind.RENEWED)
ENDS = (EventKind.WITHDRAWN, EventKind.OBJECTED, EventKind.RESTRICTED)


def list_hidden(now: datetime, *, since: datetime | None = None) -> list[Finding]:
    """Return what is hidden of all that the log has, or of what was added since a moment."""
    report = Report()
    after = 0 if since is None else first_id_of(since)
    erased = Erased(report, now, after=after)
    _check_living(report, erased)
    check_listed(report, erased)
    _check_ends(report, erased, after)
    return report.faults


def _check_living(report: Report, erased: Erased) -> None:
    """Check that no erased consent has its row again."""
    for kind in CONSENTS:
        for ids in _cut(erased.list_ids(kind)):
            living = select(ConsentEvent.id).where(is_one_of(ConsentEvent.id, ids))
            for event_id in db.session.scalars(living):
                what = "an erasure lists it, and its row is still there"
                report.fault("consent_event", f"{kind} {event_id}", what)


def check_listed(report: Report, erased: Erased) -> None:
    """Check that the log has an entry of each consent that an erasure lists.

    Those of before the log may have gone before they were taken into it.
    """
    first = db.session.scalar(select(LogHead).order_by(LogHead.size).limit(1))
    for kind in CONSENTS:
        for ids in _cut(erased.list_ids(kind)):
            for event_id in _list_without_entry(kind, ids):
                if first is not None and moment_of(event_id) >= first.sealed_at:
                    what = "an erasure lists it, and the log has no entry of it"
                    report.fault("erasure", f"{kind} {event_id}", what)


def _cut(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield [*ids[start : start + AT_ONCE]]


def _check_ends(report: Report, erased: Erased, after: int) -> None:
    """Check that each entry of an end has its row, or an erasure."""
    has_row = exists().where(
        ConsentEvent.id == LogEntry.record_id, ConsentEvent.kind == LogEntry.kind
    )
    for kind in ENDS:
        gone = select(LogEntry.record_id).where(
            LogEntry.kind == kind.value, LogEntry.record_id > after, ~has_row
        )
        for record_id in db.session.scalars(gone):
            if not erased.has(kind, record_id):
                what = "its row is missing, and no erasure lists it"
                report.fault("consent_event", f"{kind} {record_id}", what)


def _list_without_entry(kind: EventKind, ids: Sequence[int]) -> list[int]:
    known = (LogEntry.kind == kind.value, is_one_of(LogEntry.record_id, ids))
    if db.session.scalar(select(func.count()).select_from(LogEntry).where(*known)) == len(ids):
        return []
    return sorted({*ids} - {*db.session.scalars(select(LogEntry.record_id).where(*known))})
