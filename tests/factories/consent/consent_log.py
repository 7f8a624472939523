"""Reads and changes the consent log for tests."""

from supporters import clock
from supporters.audit.restorations import acknowledge_restoration, list_unacknowledged
from supporters.database import db, in_transaction, transaction
from supporters.ids import new_id
from supporters.people.data_keys import store_data_key
from supporters.transparency_log.log_birth import BIRTH, UNBORN
from supporters.transparency_log.models import LogEntry


def count_unsealed() -> int:
    """Return how many entries wait to be sealed."""
    waiting = db.select(db.func.count()).select_from(LogEntry).where(LogEntry.position.is_(None))
    return db.session.scalar(waiting) or 0


@in_transaction
def forget_birth() -> None:
    """Seal that the log never began, as somebody with the secret keys can."""
    store_data_key(BIRTH, UNBORN)


def acknowledge_restorations(by_id: int = 1) -> None:
    """Acknowledge each restoration in the log for an owner."""
    with transaction():
        for each in list_unacknowledged():
            acknowledge_restoration(each.id, by_id)


def add_waiting_entry(kind: str) -> None:
    """Add an entry whose record is missing."""
    db.session.add(LogEntry(kind=kind, record_id=new_id(clock.now()), commitment=bytes(32)))
    db.session.commit()


def delete_withdrawal_row() -> None:
    """Delete the row of a withdrawal, and leave its entry in the log."""
    add_waiting_entry("withdrawn")
