"""Erases a person: everything goes but a keyed suppression and the sealed log (GDPR article 17).

The salt of their key goes with them, so nobody can open their entries in the log any more. A mail
that a lane has in hand at that moment keeps a husk of the person, without address or name, until
the lane has recorded it: some seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from sqlalchemy import delete, select

from supporters import clock
from supporters.consent.erasure_records import note_erasure
from supporters.consent.models import ConsentEvent, Method
from supporters.consent.record_forms import DISCLOSED
from supporters.consent.record_models import Disclosure, Erasure, ErasureReason
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.consent.withdrawal_journal import Taken, Taking, note
from supporters.database import db, in_transaction, transaction
from supporters.delivery.delivery_erasure import erase_deliveries
from supporters.dialects import forget_deleted_bytes
from supporters.extensions import queue
from supporters.imports.import_files import strike_out
from supporters.locks import Lock
from supporters.people.addresses import Address
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, find_subscriber_by_key, lock_subscriber
from supporters.personal_data.blank_person import blank_person
from supporters.personal_data.data_registry import list_holdings
from supporters.personal_data.data_subjects import Holder, holder_of, holder_of_address
from supporters.personal_data.models import PendingErasure
from supporters.personal_data.queries import is_being_erased

log = structlog.get_logger(__name__)
CLEARED_FOR = timedelta(minutes=10)
TRIES = 2


class Erased(Enum):
    """What came of an erasure. UNDER_WAY: the last of it goes with a mail that a lane holds."""

    DONE = auto()
    UNDER_WAY = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class ErasureOrder:
    """Why, and in which way, somebody is erased.

    `is_due` is asked when nobody else can change anything of theirs any more; where it says no,
    nobody is erased. `also` is done in the same transaction, after the erasure.
    """

    reason: ErasureReason
    method: Method = Method.MY_DATA
    now: datetime = field(default_factory=clock.now)
    is_due: Callable[[], bool] = lambda: True
    also: Callable[[], object] = lambda: None


def erase_person(subscriber_id: int, order: ErasureOrder) -> Erased:
    """Erase a person; a repetition finds nobody. One who moves meanwhile is looked up again."""
    erased = Erased.UNKNOWN
    for _ in range(TRIES):
        subscriber = find_subscriber(subscriber_id)
        if subscriber is None:
            break
        if is_being_erased(subscriber_id):
            return Erased.UNDER_WAY
        holder = holder_of(subscriber)
        strike_out(holder.address_key)
        with transaction():
            erased = erase_holder(holder, order)
        if erased is not Erased.UNKNOWN:
            break
    queue.later("finish_erasures")
    return erased


def erase_address(address: Address, order: ErasureOrder) -> Erased:
    """Erase whatever we hold on an address, its holder known or not; it stays suppressed."""
    strike_out(address.key)
    with transaction():
        known = find_subscriber_by_key(address.key)
        holder = holder_of_address(address.text, known.id if known else 0)
        erased = erase_holder(holder, order)
    finish_erasures()
    forget_deleted_bytes()
    return erased


@in_transaction
def erase_holder(holder: Holder, order: ErasureOrder) -> Erased:
    """Erase what is a holder's, in a transaction that has read nothing of theirs yet.

    Its turn comes between two batches of an import: else one could invite whom it had looked up.
    """
    Lock.IMPORT.take()
    Lock.ERASURE.take()
    Lock.MAILBOX.take(holder.rate_mac)
    Lock.ADDRESS.take(holder.address_mac)
    subscriber = lock_subscriber(holder.id)
    if subscriber is not None and subscriber.address_mac != holder.address_mac:
        return Erased.UNKNOWN  # moved, or erased, while we waited for our turn
    if not order.is_due():
        return Erased.UNKNOWN
    _erase_holdings(holder, order)
    if subscriber is None:
        return Erased.UNKNOWN
    is_done = erase_deliveries(subscriber.id, order.now)
    erase = _erase_last if is_done else _leave_husk
    erase(subscriber, order.reason, now=order.now)
    order.also()
    return Erased.DONE if is_done else Erased.UNDER_WAY


def _erase_holdings(holder: Holder, order: ErasureOrder) -> None:
    note(Taking(kind=Taken.ERASED, at=order.now, person=holder.address_mac, method=order.method))
    for holding in list_holdings():
        if holding.erase is not None:
            holding.erase(holder)
    suppress(holder.address_mac, EVERYTHING, now=order.now, until=None)


def finish_erasures() -> int:
    """End the erasures whose mails were in hand, and clear what is deleted; return how many."""
    waiting = db.session.scalars(select(PendingErasure.subscriber_id)).all()
    finished = sum(_finish(subscriber_id) for subscriber_id in waiting)
    if _was_anybody_erased(clock.now() - CLEARED_FOR):
        forget_deleted_bytes()
    return finished


def _finish(subscriber_id: int) -> bool:
    now = clock.now()
    with transaction():
        Lock.ERASURE.take()
        pending = db.session.get(PendingErasure, subscriber_id)
        subscriber = lock_subscriber(subscriber_id)
        if pending is None or subscriber is None or not erase_deliveries(subscriber_id, now):
            return False
        reason = pending.reason
        db.session.delete(pending)
        db.session.flush()
        _erase_last(subscriber, reason, now=now)
    return True


def _was_anybody_erased(since: datetime) -> bool:
    found = select(Erasure.id).where(Erasure.occurred_at > since).limit(1)
    return db.session.scalar(found) is not None


def _leave_husk(subscriber: Subscriber, reason: ErasureReason, *, now: datetime) -> None:
    blank_person(subscriber, now=now)
    db.session.add(PendingErasure(subscriber_id=subscriber.id, reason=reason, since=now))
    db.session.flush()


def _erase_last(subscriber: Subscriber, reason: ErasureReason, *, now: datetime) -> None:
    """Delete the person with their records, and put it into the log that these can't be opened."""
    erasure = note_erasure(_list_records(subscriber.id), reason, now=now)
    subscriber_id = subscriber.id
    for table in (Disclosure, ConsentEvent):
        db.session.execute(delete(table).where(table.subscriber_id == subscriber_id))
    db.session.execute(delete(Subscriber).where(Subscriber.id == subscriber_id))
    log.info("person.erased", reason=reason.value, erasure=erasure.id)


def _list_records(subscriber_id: int) -> list[tuple[str, int]]:
    events = db.session.execute(
        select(ConsentEvent.kind, ConsentEvent.id)
        .where(ConsentEvent.subscriber_id == subscriber_id)
        .order_by(ConsentEvent.id)
    )
    disclosures = db.session.scalars(
        select(Disclosure.id)
        .where(Disclosure.subscriber_id == subscriber_id)
        .order_by(Disclosure.id)
    )
    return [
        *((kind.value, event_id) for kind, event_id in events),
        *((DISCLOSED, each) for each in disclosures),
    ]
