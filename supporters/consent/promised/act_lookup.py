"""Finds what the log has of an act: its event or its erasure, and the record made of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from supporters.consent.committed_acts import PromisedAct, describe_act
from supporters.consent.consent_events import make_log_record
from supporters.consent.erasure_records import ListUnreadable, read_records
from supporters.consent.models import ConsentEvent
from supporters.consent.promised.promises import complete_erasure
from supporters.consent.record_forms import ERASED, describe_erasure
from supporters.consent.record_models import Erasure, LostEntry
from supporters.database import db
from supporters.ids import first_id_of
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.transparency_log.log_records import LogRecord, erasure_key

CLOCKS_DIFFER = timedelta(minutes=5)  # of the machines of one installation
READ_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class ActRow:
    """The row of an act, the record that it makes, and its person."""

    row: ConsentEvent | Erasure
    record: LogRecord
    person: Subscriber | None = None


def find_act_row(act: PromisedAct) -> ActRow | None:
    """Return the row of an act; None if there is none: deleted, or the person was erased."""
    if act.kind == ERASED:
        erasure = find_erasure_of(act.holder)
        if erasure is None:
            return None
        return ActRow(row=erasure, record=describe_erasure(erasure, key=erasure_key()))
    event = db.session.get(ConsentEvent, act.record_id)
    return None if event is None or event.kind.value != act.kind else find_event_row(event)


def find_event_row(event: ConsentEvent) -> ActRow | None:
    """Return the same of an event."""
    person = find_subscriber(event.subscriber_id)
    if person is None:
        return None
    record = make_log_record(event, log_salt=person.log_salt)
    return ActRow(row=event, record=record, person=person)


def find_erasure_of(holder: bytes) -> Erasure | None:
    """Return the erasure that names its person by this hash."""
    return db.session.scalar(select(Erasure).where(Erasure.holder == holder))


def is_erased(act: PromisedAct) -> bool:
    """Tell whether an erasure lists the record of an act. It reads those after it in their order.

    Each takes 30 microseconds: most erasures follow soon, and the pages have a limit.
    """
    since = datetime.fromisoformat(act.occurred_at) - CLOCKS_DIFFER
    later = select(Erasure).where(Erasure.id >= first_id_of(since)).order_by(Erasure.id)
    read = db.session.scalars(later.execution_options(yield_per=READ_AT_ONCE))
    with read:
        return any(_lists(each, act) for each in read)


def _lists(erasure: Erasure, act: PromisedAct) -> bool:
    try:
        return (act.kind, act.record_id) in read_records(erasure)
    except ListUnreadable:  # `consent verify` names it
        return False


def find_lost_index(leaf: bytes) -> int | None:
    """Return the index of a leaf of which a restore lost the record."""
    return db.session.scalar(select(LostEntry.position).where(LostEntry.leaf == leaf).limit(1))


def find_erasure_act(begun: PromisedAct) -> PromisedAct:
    """Return an erasure with its record; without one while a sender holds it up."""
    erasure = find_erasure_of(begun.holder)
    return begun if erasure is None else complete_erasure(begun, erasure)


def find_event_act(event_id: int) -> PromisedAct | None:
    """Return the act of an event of a person."""
    event = db.session.get(ConsentEvent, event_id)
    found = None if event is None else find_event_row(event)
    return None if found is None else describe_act(found.record)
