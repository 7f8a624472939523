"""Recomputes the commitment of every record from its row, under its key, and compares."""

import hashlib
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select

from supporters.consent.log.verifying.erased import Erased
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream
from supporters.consent.log.verifying.sources import TABLES, Sealed, list_sealed
from supporters.consent.log.verifying.times import SealingTimes
from supporters.consent.models import ConsentEvent, PageVersion, Wording
from supporters.consent.pages import PageAltered, open_page
from supporters.database import db

SEALED_WITHIN = timedelta(minutes=2)


def check_rows(report: Report, erased: Erased, now: datetime) -> None:
    """Check every row that is sealed against its entry."""
    times, unopened = SealingTimes(), Counter[int]()
    for sealed in list_sealed():
        report.records += 1
        table = TABLES[sealed.kind].__tablename__
        what = _find_fault(sealed, now)
        if what:
            report.fault(table, f"{sealed.kind} {sealed.id}", what, position=sealed.position)
            if sealed.person is not None and sealed.commitment is not None:
                unopened[sealed.person] += 1
        if erased.has(sealed.kind, sealed.id):
            what = "an erasure lists it, and its row is still there"
            report.fault(table, f"{sealed.kind} {sealed.id}", what, position=sealed.position)
        if sealed.lacks_request is not None:
            what = f"{sealed.kind} {sealed.id} answers it, and its row is missing"
            report.fault(table, f"requested {sealed.lacks_request}", what)
        times.look(report, sealed)
    _blame_salts(report, unopened)
    _check_hashes(report)


def _find_fault(sealed: Sealed, now: datetime) -> str:
    """Return what is wrong with a row; nothing if the log has just this."""
    if sealed.record is None:
        return f"the person {sealed.person} is missing, and with them its key"
    if sealed.commitment is None:
        return "the log has no entry of it: it didn't come by any act"
    if sealed.record.commitment != sealed.commitment:
        return "it was altered: it isn't what was sealed"
    if sealed.position is None and now - sealed.written_at > SEALED_WITHIN:
        return "it waits to be sealed for more than two minutes"
    return ""


def _blame_salts(report: Report, unopened: Counter[int]) -> None:
    """Report the people none of whose records can be opened: it is their key that was altered."""
    for person, count in unopened.items():
        total = select(func.count()).where(ConsentEvent.subscriber_id == person)
        if count > 1 and count >= (db.session.scalar(total) or 0):
            what = f"none of their {count} records opens: log_salt was altered"
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
