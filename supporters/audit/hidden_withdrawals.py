"""Finds hidden withdrawals. No campaign is sent while there is one."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import cast

from sqlalchemy import and_, exists, func, or_, select

from supporters.audit.lost_leaves import check_lost_entries
from supporters.audit.restorations import list_appended
from supporters.audit.verification_report import VerificationFinding, VerificationReport, stream
from supporters.consent.erasure_records import NOT_AS_SEALED, find_erasure_fault, read_records
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.record_forms import ERASED
from supporters.consent.record_models import Erasure, LostEntry, Restoration
from supporters.database import db
from supporters.dialects import in_values
from supporters.ids import first_id_of
from supporters.transparency_log.models import LogEntry

BATCH_SIZE = 5_000
CONSENTS = (EventKind.CONFIRMED, EventKind.RENEWED)
ENDS = (EventKind.WITHDRAWN, EventKind.OBJECTED, EventKind.RESTRICTED, EventKind.UNREACHABLE)
HAS_ROW = exists().where(ConsentEvent.id == LogEntry.record_id, ConsentEvent.kind == LogEntry.kind)


class ErasedRecords:
    """The records that a valid erasure lists. They can't be opened any more.

    With `after`, only those of erasures with higher ids.
    """

    def __init__(self, report: VerificationReport, now: datetime, *, after: int = 0) -> None:
        self._report = report
        self._now = now
        self._listed: dict[str, array[int]] = {}
        rows = (
            select(*Erasure.__table__.columns, LogEntry.commitment, LogEntry.position)
            .outerjoin(LogEntry, and_(LogEntry.kind == ERASED, LogEntry.record_id == Erasure.id))
            .where(Erasure.id > after)
        )
        for row in stream(rows):
            self._read(cast(Erasure, row), row.commitment, row.position)
        for kind, ids in self._listed.items():
            self._listed[kind] = array("q", sorted(ids))
            self._report_doubles(kind)

    def list_ids(self, kind: str) -> Sequence[int]:
        """Return the ids of the erased records of a kind, sorted."""
        return self._listed.get(kind, array("q"))

    def has(self, kind: str, record_id: int) -> bool:
        """Tell whether a record was erased."""
        ids = self._listed.get(kind)
        if ids is None:
            return False
        place = bisect_left(ids, record_id)
        return place < len(ids) and ids[place] == record_id

    def _read(self, erasure: Erasure, commitment: bytes | None, position: int | None) -> None:
        """Add the records of a valid erasure, or report what is wrong with it."""
        what = find_erasure_fault(erasure, commitment, self._now)
        if what == NOT_AS_SEALED:
            return  # the check of rows reports it
        if what:
            self._report.fault("erasure", f"{ERASED} {erasure.id}", what, position=position)
            return
        for kind, record_id in read_records(erasure):
            self._listed.setdefault(kind, array("q")).append(record_id)

    def _report_doubles(self, kind: str) -> None:
        for first, second in pairwise(self._listed[kind]):
            if first == second:
                what = "two erasures list it: a record can be erased only once"
                self._report.fault("erasure", f"{kind} {first}", what)


def list_hidden_withdrawals(
    now: datetime, *, since: datetime | None = None
) -> list[VerificationFinding]:
    """Return the hidden withdrawals of the whole log, or of the entries since a moment."""
    report = VerificationReport()
    after = 0 if since is None else first_id_of(since)
    if since is not None and not _is_anything_to_check(after):
        return []
    erased = ErasedRecords(report, now, after=after)
    _check_erased_rows(report, erased)
    check_erased_consents(report, erased)
    _check_ends(report, erased, after)
    check_lost_entries(report, list_appended())
    return report.faults


def _is_anything_to_check(after: int) -> bool:
    """Tell in one statement, for each claim, whether a check below can find anything."""
    erased = exists().where(Erasure.id > after)
    gone = exists().where(LogEntry.kind.in_(ENDS), LogEntry.record_id > after, ~HAS_ROW)
    lost = exists(select(LostEntry.position))
    restored = exists().where(Restoration.appended.is_not(None))
    return bool(db.session.scalar(select(or_(erased, gone, lost, restored))))


def _check_erased_rows(report: VerificationReport, erased: ErasedRecords) -> None:
    """Check that no erased consent has a row."""
    for kind in CONSENTS:
        for ids in _cut(erased.list_ids(kind)):
            living = select(ConsentEvent.id).where(in_values(ConsentEvent.id, ids))
            for event_id in db.session.scalars(living):
                what = "an erasure lists it, and its row is still there"
                report.fault("consent_event", f"{kind} {event_id}", what)


def check_erased_consents(report: VerificationReport, erased: ErasedRecords) -> None:
    """Check that the log has an entry of each consent that an erasure lists."""
    for kind in CONSENTS:
        for ids in _cut(erased.list_ids(kind)):
            for event_id in _list_without_entry(kind, ids):
                what = "an erasure lists it, and the log has no entry of it"
                report.fault("erasure", f"{kind} {event_id}", what)


def _cut(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH_SIZE):
        yield [*ids[start : start + BATCH_SIZE]]


def _check_ends(report: VerificationReport, erased: ErasedRecords, after: int) -> None:
    """Check that each entry of what ends emails to a person has its row or an erasure."""
    for kind in ENDS:
        gone = select(LogEntry.record_id).where(
            LogEntry.kind == kind.value, LogEntry.record_id > after, ~HAS_ROW
        )
        for record_id in db.session.scalars(gone):
            if not erased.has(kind, record_id):
                what = "its row is missing, and no erasure lists it"
                report.fault("consent_event", f"{kind} {record_id}", what)


def _list_without_entry(kind: EventKind, ids: Sequence[int]) -> list[int]:
    known = (LogEntry.kind == kind.value, in_values(LogEntry.record_id, ids))
    if db.session.scalar(select(func.count()).select_from(LogEntry).where(*known)) == len(ids):
        return []
    return sorted({*ids} - {*db.session.scalars(select(LogEntry.record_id).where(*known))})
