"""Recomputes the commitment of every record from its row, under its key, and compares."""

import hashlib
from collections import Counter
from datetime import datetime

from sqlalchemy import func, select

from supporters.consent.log.models import LogEntry
from supporters.consent.log.queries import SEALED_WITHIN, find_entry
from supporters.consent.log.verifying.erased import Erased
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream
from supporters.consent.log.verifying.sources import QUOTABLE, TABLES, Sealed, list_sealed
from supporters.consent.log.verifying.times import SealingTimes
from supporters.consent.models import ConsentEvent, EventKind, PageVersion, Wording
from supporters.consent.pages import PageAltered, open_page
from supporters.database import db

ALTERED = "it was altered: it isn't what was sealed"

Key = tuple[str, int | None]


def check_rows(report: Report, erased: Erased, now: datetime) -> None:
    """Check every row that is sealed against its entry."""
    check = _RowCheck(report, now)
    times = SealingTimes(report)
    for sealed in list_sealed():
        report.records += 1
        check.look(sealed)
        if erased.has(sealed.kind, sealed.id):
            check.blame(sealed, "an erasure lists it, and its row is still there")
        times.look(sealed)
    check.finish()
    _check_hashes(report)


class _RowCheck:
    """Compares rows with their entries, and finds out what is to blame for many that differ."""

    def __init__(self, report: Report, now: datetime) -> None:
        self._report = report
        self._now = now
        self._altered: Counter[Key] = Counter()
        self._unopened: Counter[int] = Counter()
        self._without_row = _list_quotable()

    def look(self, sealed: Sealed) -> None:
        """Report what is wrong with a row, or with what its record quotes."""
        self._without_row.discard((sealed.kind, sealed.id))
        if sealed.lacks_question is not None:
            self._blame_question(sealed, sealed.lacks_question)
        what = self._find_fault(sealed)
        if not what:
            return
        if what is ALTERED:
            quoted = [each for each in sealed.rests_on if self._is_to_blame(each)]
            if quoted:
                self._altered[quoted[0]] += 1
                return
            self._altered[sealed.kind, sealed.id] = 0
            if sealed.person is not None:
                self._unopened[sealed.person] += 1
        self.blame(sealed, what)

    def blame(self, sealed: Sealed, what: str) -> None:
        """Report a row."""
        table = TABLES[sealed.kind].__tablename__
        self._report.fault(table, f"{sealed.kind} {sealed.id}", what, position=sealed.position)

    def _blame_question(self, sealed: Sealed, question_id: int) -> None:
        """Report the missing row of a request; that of a question is missed by its entry."""
        if find_entry(EventKind.ASKED_AGAIN, question_id) is None:
            what = f"{sealed.kind} {sealed.id} answers it, and its row is missing"
            self._report.fault("consent_event", f"{EventKind.REQUESTED} {question_id}", what)

    def finish(self) -> None:
        """Report what is to blame for more than its own row."""
        _blame_salts(self._report, self._unopened)
        for (kind, row_id), count in self._altered.items():
            if count:
                what = f"{count} events quote it, and can't be compared until it is as it was"
                self._report.fault(TABLES[kind].__tablename__, f"{kind} {row_id}", what)

    def _is_to_blame(self, quoted: Key) -> bool:
        return quoted in self._altered or quoted in self._without_row

    def _find_fault(self, sealed: Sealed) -> str:
        """Return what is wrong with a row; nothing if the log has just this."""
        if sealed.record is None:
            return f"the person {sealed.person} is missing, and with them its key"
        if sealed.commitment is None:
            return "the log has no entry of it: it didn't come by any act"
        if sealed.record.commitment != sealed.commitment:
            return ALTERED
        if sealed.position is None and self._now - sealed.written_at > SEALED_WITHIN:
            return "it waits to be sealed for more than two minutes"
        return ""


def _list_quotable() -> set[Key]:
    """Return the entries of what events quote."""
    keys = select(LogEntry.kind, LogEntry.record_id).where(LogEntry.kind.in_(QUOTABLE))
    return {(kind, record_id) for kind, record_id in stream(keys)}


def _blame_salts(report: Report, unopened: Counter[int]) -> None:
    """Report the people none of whose records can be opened: it is their key that was altered."""
    for person, count in unopened.items():
        total = select(func.count()).where(ConsentEvent.subscriber_id == person)
        if count > 1 and count >= (db.session.scalar(total) or 0):
            what = f"none of their {count} records opens: log_salt was altered, or all of them were"
            report.fault("subscriber", person, what)


def _check_hashes(report: Report) -> None:
    """Check what wordings and pages say against their hashes."""
    for row in stream(select(Wording.id, Wording.text, Wording.text_hash)):
        if hashlib.sha256(row.text.encode()).hexdigest() != row.text_hash:
            report.fault("wording", f"wording {row.id}", "its text isn't that of its hash")
    for (page,) in stream(select(PageVersion)):
        try:
            open_page(page)
        except PageAltered:
            report.fault("page_version", f"page {page.id}", "its content isn't that of its hash")
        db.session.expunge(page)
