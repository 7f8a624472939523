"""Finds entries whose rows are gone without an erasure that says so."""

from datetime import datetime

from sqlalchemy import exists, select

from supporters.consent.log.models import LogEntry
from supporters.consent.log.queries import SEALED_WITHIN
from supporters.consent.log.verifying.erased import Erased
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream
from supporters.consent.log.verifying.sources import TABLES
from supporters.consent.models import ConsentEvent, EventKind
from supporters.ids import moment_of


def check_missing(report: Report, erased: Erased, now: datetime) -> None:
    """Report entries without a row; of a request that nobody confirmed there never is one."""
    for kind, model in TABLES.items():
        row = exists().where(model.__table__.c.id == LogEntry.record_id)
        if model is ConsentEvent:
            row = row.where(ConsentEvent.kind == LogEntry.kind)
        orphans = select(LogEntry.record_id, LogEntry.position).where(LogEntry.kind == kind, ~row)
        for record_id, position in stream(orphans):
            if kind == EventKind.REQUESTED.value:
                if position is None and now - moment_of(record_id) > SEALED_WITHIN:
                    what = "it waits to be sealed for more than two minutes"
                    report.fault("log_entry", f"{kind} {record_id}", what)
            elif not erased.has(kind, record_id):
                what = "its row is missing, and no erasure lists it"
                report.fault(model.__tablename__, f"{kind} {record_id}", what, position=position)
    unknown = select(LogEntry.kind, LogEntry.record_id, LogEntry.position).where(
        LogEntry.kind.not_in([*TABLES])
    )
    for kind, record_id, position in stream(unknown):
        what = "it is of no kind that there is"
        report.fault("log_entry", f"{kind} {record_id}", what, position=position)
