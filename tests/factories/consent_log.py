"""Reads and changes the consent log for tests."""

from supporters import clock
from supporters.database import db
from supporters.ids import new_id
from supporters.transparency_log.models import LogEntry


def count_unsealed() -> int:
    """Return how many entries wait to be sealed."""
    waiting = db.select(db.func.count()).select_from(LogEntry).where(LogEntry.position.is_(None))
    return db.session.scalar(waiting) or 0


def add_waiting_entry(kind: str) -> None:
    """Add an entry whose record is missing."""
    db.session.add(LogEntry(kind=kind, record_id=new_id(clock.now()), commitment=bytes(32)))
    db.session.commit()


def delete_withdrawal_row() -> None:
    """Delete the row of a withdrawal, and leave its entry in the log."""
    add_waiting_entry("withdrawn")
