"""Adds entries to the log, in the transaction that makes a record true; sealing comes later."""

from supporters.consent.log.models import LogEntry
from supporters.consent.log.records import Record
from supporters.database import db


def append(record: Record) -> None:
    """Add the entry of a record."""
    db.session.add(LogEntry(kind=record.kind, record_id=record.id, commitment=record.commitment))
