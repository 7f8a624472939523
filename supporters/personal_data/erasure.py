"""Erases a person; only a keyed suppression and the sealed log remain (GDPR article 17).

The salt of the person's key is deleted too, so nobody can open their entries in the log any more.
If a sender is just sending them a message, their row stays without address or name for some
seconds, until the sender has recorded the result.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from secrets import token_bytes

import structlog
from sqlalchemy import delete, select

from supporters import clock
from supporters.audit_log.audit_events import record_command_act
from supporters.consent.erasure_records import record_erasure
from supporters.consent.models import ConsentEvent, Method
from supporters.consent.promised.act_lookup import find_erasure_of
from supporters.consent.record_forms import DISCLOSED
from supporters.consent.record_models import Disclosure, Erasure, ErasureReason
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.database import db, in_transaction, transaction
from supporters.delivery.delivery_erasure import erase_deliveries
from supporters.dialects import empty_write_ahead_log
from supporters.extensions import queue
from supporters.imports.import_files import redact_address
from supporters.languages import DEFAULT_LANGUAGE
from supporters.locks import Lock
from supporters.people.addresses import Address
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, find_subscriber_by_key, lock_subscriber
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.data_registry import list_data_sources
from supporters.personal_data.data_subjects import (
    DataSubject,
    data_subject_of,
    data_subject_of_address,
)
from supporters.personal_data.models import PendingErasure
from supporters.personal_data.queries import is_being_erased
from supporters.personal_data.team_writing import tell_of_address_in_texts

BLANK_DOMAIN = "erased.invalid"  # a domain that no email can go to (RFC 2606)
COLUMNS = tuple(column.name for column in Subscriber.__table__.columns)
UNBLANKED = {
    "id": "the deliveries that wait refer to it",
    "created_at": "the time of the first event, which stays as long as the row",
    "log_salt": "the checks of the log open the events of the row with it until both go",
    "joined_event_id": "the database demands the event that made the row",
    "joined_event_kind": "always the same",
}


@in_transaction
def blank_person(subscriber: Subscriber, *, now: datetime) -> None:
    """Overwrite every column of a locked person, and restrict them: nobody may write to them."""
    replaced = _list_replacements(subscriber, now)
    for name in COLUMNS:
        if name not in UNBLANKED:
            setattr(subscriber, name, replaced.get(name))


def _list_replacements(subscriber: Subscriber, now: datetime) -> Mapping[str, object]:
    """Return the values for columns that can't be empty."""
    address = f"{subscriber.id}@{BLANK_DOMAIN}"
    return {
        "address": address,
        "address_key": address,
        "address_mac": token_bytes(32),
        "language": DEFAULT_LANGUAGE,
        "acted_at": now,
        "restricted_at": subscriber.restricted_at or now,
    }


log = structlog.get_logger(__name__)
CLEARED_FOR = timedelta(minutes=10)
MOST_TRIES = 2


class EraseResult(Enum):
    """The result of an erasure. UNDER_WAY: a sender still has to record a message to them."""

    DONE = auto()
    UNDER_WAY = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class ErasureOrder:
    """Why a person is erased, and by which method.

    The erasure calls `is_due` when it holds all locks on the person; if it returns False, nothing
    is erased. `also` runs in the same transaction, after the erasure. `holder` ties the record of
    the erasure to the promise that the person gets.
    """

    reason: ErasureReason
    method: Method = Method.MY_DATA
    now: datetime = field(default_factory=clock.now)
    is_due: Callable[[], bool] = lambda: True
    also: Callable[[], object] = lambda: None
    holder: bytes | None = None


def erase_person(subscriber_id: int, order: ErasureOrder) -> EraseResult:
    """Erase a person; a second call finds nobody.

    If the person's address changes meanwhile, they are looked up again.
    """
    result = EraseResult.UNKNOWN
    for _ in range(MOST_TRIES):
        subscriber = find_subscriber(subscriber_id)
        if subscriber is None:
            break
        if is_being_erased(subscriber_id):
            return EraseResult.UNDER_WAY
        subject = data_subject_of(subscriber)
        redact_address(subject.address_key)
        with transaction():
            result = erase_data_subject(subject, order)
        if result is not EraseResult.UNKNOWN:
            break
    queue.later("finish_erasures")
    return result


def erase_address(address: Address, order: ErasureOrder) -> EraseResult:
    """Erase all data on an address, of a known person or not; it stays suppressed."""
    redact_address(address.key)
    with transaction():
        known = find_subscriber_by_key(address.key)
        subject = data_subject_of_address(address.text, known.id if known else 0)
        result = erase_data_subject(subject, order)
        record_command_act(PersonAct.ERASED, known.id if known else None)
    finish_erasures()
    empty_write_ahead_log()
    return result


@in_transaction
def erase_data_subject(subject: DataSubject, order: ErasureOrder) -> EraseResult:
    """Erase a data subject, in a transaction that hasn't read any of their data yet.

    It waits for its turn between two batches of an import. Otherwise a batch could invite an
    address that it had read before.
    """
    Lock.IMPORT.take()
    Lock.ERASURE.take()
    Lock.MAILBOX.take(subject.rate_mac)
    Lock.ADDRESS.take(subject.address_mac)
    subscriber = lock_subscriber(subject.id)
    if subscriber is not None and subscriber.address_mac != subject.address_mac:
        return EraseResult.UNKNOWN  # the address changed, or they were erased, while we waited
    if not order.is_due():
        return EraseResult.UNKNOWN
    _erase_sources(subject, order)
    if subscriber is None:
        return EraseResult.UNKNOWN
    is_done = erase_deliveries(subscriber.id, order.now)
    finish = _erase_last if is_done else _remove_identity
    finish(subscriber, order.reason, now=order.now, holder=order.holder)
    order.also()
    return EraseResult.DONE if is_done else EraseResult.UNDER_WAY


def _erase_sources(subject: DataSubject, order: ErasureOrder) -> None:
    append_withdrawal(
        Withdrawal(
            kind=WithdrawalKind.ERASED,
            at=order.now,
            person=subject.address_mac,
            method=order.method,
            holder=order.holder,
        )
    )
    tell_of_address_in_texts(subject.address_key)
    for source in list_data_sources():
        if source.erase is not None:
            source.erase(subject)
    suppress(subject.address_mac, EVERYTHING, now=order.now, until=None)


def finish_erasures() -> int:
    """Finish erasures that waited for a sender; clear deleted bytes; return how many."""
    waiting = db.session.scalars(select(PendingErasure.subscriber_id)).all()
    finished = sum(_finish(subscriber_id) for subscriber_id in waiting)
    if _was_anybody_erased(clock.now() - CLEARED_FOR):
        empty_write_ahead_log()
    return finished


def _finish(subscriber_id: int) -> bool:
    now = clock.now()
    with transaction():
        Lock.ERASURE.take()
        pending = db.session.get(PendingErasure, subscriber_id)
        subscriber = lock_subscriber(subscriber_id)
        if pending is None or subscriber is None or not erase_deliveries(subscriber_id, now):
            return False
        reason, holder = pending.reason, pending.holder
        db.session.delete(pending)
        db.session.flush()
        _erase_last(subscriber, reason, now=now, holder=holder)
    return True


@in_transaction
def keep_promise_of_erasure(holder: bytes, *, now: datetime) -> None:
    """Record the erasure of a person of whom a restored backup has nothing, unless it has one."""
    waits = select(PendingErasure.subscriber_id).where(PendingErasure.holder == holder)
    if find_erasure_of(holder) is None and db.session.scalar(waits.limit(1)) is None:
        record_erasure([], ErasureReason.REPLAYED, now=now, holder=holder)


def _was_anybody_erased(since: datetime) -> bool:
    found = select(Erasure.id).where(Erasure.occurred_at > since).limit(1)
    return db.session.scalar(found) is not None


def _remove_identity(
    subscriber: Subscriber, reason: ErasureReason, *, now: datetime, holder: bytes | None
) -> None:
    blank_person(subscriber, now=now)
    pending = PendingErasure(subscriber_id=subscriber.id, reason=reason, since=now, holder=holder)
    db.session.add(pending)
    db.session.flush()


def _erase_last(
    subscriber: Subscriber, reason: ErasureReason, *, now: datetime, holder: bytes | None
) -> None:
    """Delete the person with their records, and log that these can't be opened any more."""
    erasure = record_erasure(_list_records(subscriber.id), reason, now=now, holder=holder)
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
