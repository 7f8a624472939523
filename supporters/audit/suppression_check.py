"""Compares each suppression with its sealed record, and each record with its row or its end."""

from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from supporters.audit.verification_report import VerificationReport, stream
from supporters.consent.models import Suppression
from supporters.consent.suppression_records import (
    LIFTED,
    SUPPRESSED,
    describe_ends,
    describe_suppression,
)
from supporters.database import db
from supporters.transparency_log.models import FactKind, LogEntry
from supporters.transparency_log.sealed_facts import list_facts, read_content

TABLE = Suppression.__tablename__
UNSEALED = "unsealed_suppressions"  # its name in the facts of a night


def check_suppressions(report: VerificationReport) -> None:
    """Report suppressions that were added, altered or deleted past the program."""
    _check_rows(report)
    _check_ends(report)
    _check_missing(report)
    _check_older(report)


def count_unsealed() -> int:
    """Return how many suppressions are from before they were sealed."""
    older = select(func.count()).where(Suppression.record_id.is_(None))
    return db.session.scalar(older) or 0


def _check_rows(report: VerificationReport) -> None:
    entry, end = aliased(LogEntry), aliased(LogEntry)
    rows: Any = (
        select(
            *(Suppression.record_id, Suppression.address_mac, Suppression.scope),
            *(Suppression.since, Suppression.until, entry.commitment),
            end.record_id.is_not(None).label("has_end"),
        )
        .outerjoin(entry, and_(entry.kind == SUPPRESSED, entry.record_id == Suppression.record_id))
        .outerjoin(end, and_(end.kind == LIFTED, end.record_id == Suppression.record_id))
        .where(Suppression.record_id.is_not(None))
    )
    for record_id, mac, scope, since, until, commitment, has_end in stream(rows):
        report.suppressions += 1
        record = describe_suppression(
            record_id, address_mac=mac, scope=scope, since=since, until=until
        )
        name = f"record_id={record_id}"
        if commitment is None:
            report.fault(TABLE, name, "the log has no entry of it: no use case wrote it")
        elif commitment != record.commitment:
            report.fault(TABLE, name, "it was altered: it differs from the sealed record")
        elif has_end:
            report.fault(TABLE, name, "the log has its end, and its row is still there")


def _check_ends(report: VerificationReport) -> None:
    ends = select(LogEntry.record_id, LogEntry.commitment, LogEntry.position)
    for record_id, commitment, position in stream(ends.where(LogEntry.kind == LIFTED)):
        [record] = describe_ends([record_id])
        if record.commitment != commitment:
            what = "it was altered: no use case wrote this end of a suppression"
            report.fault("log_entry", f"{LIFTED} {record_id}", what, position=position)


def _check_missing(report: VerificationReport) -> None:
    end = aliased(LogEntry)
    missing = select(LogEntry.record_id, LogEntry.position).where(
        LogEntry.kind == SUPPRESSED,
        ~exists().where(Suppression.record_id == LogEntry.record_id),
        ~exists().where(end.kind == LIFTED, end.record_id == LogEntry.record_id),
    )
    for record_id, position in stream(missing):
        what = "its row is missing, and the log has no end of it: it was deleted"
        report.fault(TABLE, f"record_id={record_id}", what, position=position)


def _check_older(report: VerificationReport) -> None:
    """Count the suppressions from before; there can't be more than in an earlier night."""
    report.unsealed_suppressions = older = count_unsealed()
    nights = [read_content(each)[UNSEALED] for each in list_facts(FactKind.COUNTED)]
    if nights and older > min(nights):
        what = f"{older - min(nights)} rows without a record were added since the log counted them"
        report.fault(TABLE, "record_id=NULL", what)
    elif older:
        what = f"{older} suppressions are from before the log had them"
        report.note(TABLE, "record_id=NULL", what)
