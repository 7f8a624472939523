"""Erases a person: everything goes but a keyed suppression and the sealed log (GDPR article 17).

The salt of their key goes with them, so nobody can open their entries in the log any more. A mail
that a lane has in hand at that moment keeps a husk of the person, without address or name, until
the lane has recorded it: some seconds.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from secrets import token_bytes

import structlog
from sqlalchemy import delete, select

from supporters import clock
from supporters.consent.journal import Taken, Taking, note
from supporters.consent.log.describing import DISCLOSED
from supporters.consent.log.erasures import note_erasure
from supporters.consent.log.models import Disclosure, Erasure, ErasureReason
from supporters.consent.models import ConsentEvent, Method
from supporters.consent.suppressing import EVERYTHING, suppress
from supporters.database import db, forget_deleted_bytes, take_turns, transaction
from supporters.delivery.erasing import TURN, erase_deliveries
from supporters.extensions import queue
from supporters.people.addresses import Address
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, find_subscriber_by_key, lock_subscriber
from supporters.rights.holdings.holders import Holder, holder_of, holder_of_address
from supporters.rights.holdings.registry import list_holdings
from supporters.rights.models import PendingErasure
from supporters.rights.queries import is_being_erased
from supporters.signup.importing.striking import strike_out
from supporters.signup.importing.working import TURNS as IMPORTS

log = structlog.get_logger(__name__)

CLEARED_FOR = timedelta(minutes=10)
TRIES = 2
HUSK = "erased.invalid"  # a domain that no mail can go to (RFC 2606)


class Erased(Enum):
    """What came of an erasure. UNDER_WAY: the last of it goes with a mail that a lane holds."""

    DONE = auto()
    UNDER_WAY = auto()
    UNKNOWN = auto()


def erase_person(
    subscriber_id: int,
    reason: ErasureReason,
    *,
    method: Method = Method.MY_DATA,
    now: datetime | None = None,
) -> Erased:
    """Erase a person; a repetition finds nobody."""
    return erase_known(subscriber_id, reason, method=method, now=now or clock.now())


def erase_known(
    subscriber_id: int,
    reason: ErasureReason,
    *,
    method: Method,
    now: datetime,
    also: Callable[[], object] = lambda: None,
) -> Erased:
    """Erase a person, and in the same transaction do what belongs to it."""

    def act(holder: Holder) -> Erased:
        erased = erase(holder, reason, method=method, now=now)
        if erased is not Erased.UNKNOWN:
            also()
        return erased

    return erase_with(subscriber_id, act)


def erase_expired(subscriber_id: int, is_over: Callable[[], bool], now: datetime) -> Erased:
    """Erase a person whose time is over, if `is_over` says so of what is true under their lock.

    Whoever acted, or was frozen, since they were found is nobody whose time is over.
    """
    if not is_over():
        return Erased.UNKNOWN

    def act(holder: Holder) -> Erased:
        return erase(holder, ErasureReason.EXPIRED, method=Method.LETTER, now=now, only_if=is_over)

    return erase_with(subscriber_id, act)


def erase_with(subscriber_id: int, act: Callable[[Holder], Erased]) -> Erased:
    """Erase by `act`, in one transaction. Who moves at that moment is looked up once more."""
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
            erased = act(holder)
        if erased is not Erased.UNKNOWN:
            break
    queue.later("finish_erasures")
    return erased


def erase_address(address: Address, reason: ErasureReason, method: Method) -> Erased:
    """Erase whatever we hold on an address, its holder known or not; it stays suppressed."""
    strike_out(address.key)
    with transaction():
        known = find_subscriber_by_key(address.key)
        holder = holder_of_address(address.text, known.id if known else 0)
        erased = erase(holder, reason, method=method, now=clock.now())
    finish_erasures()
    forget_deleted_bytes()
    return erased


def erase(
    holder: Holder,
    reason: ErasureReason,
    *,
    method: Method,
    now: datetime,
    only_if: Callable[[], bool] = lambda: True,
) -> Erased:
    """Erase what is a holder's; to be called within a transaction that has read nothing yet.

    Its turn comes between two batches of an import: else one could invite whom it had looked up.
    `only_if` is asked when nobody else can change anything of the holder's any more.
    """
    take_turns(IMPORTS)
    take_turns(TURN)
    take_turns(holder.rate_mac)
    take_turns(holder.address_mac)
    subscriber = lock_subscriber(holder.id)
    if subscriber is not None and subscriber.address_mac != holder.address_mac:
        return Erased.UNKNOWN  # moved, or erased, while we waited for our turn
    if not only_if():
        return Erased.UNKNOWN
    note(Taking(kind=Taken.ERASED, at=now, person=holder.address_mac, method=method))
    for holding in list_holdings():
        if holding.erase is not None:
            holding.erase(holder)
    suppress(holder.address_mac, EVERYTHING, now=now, until=None)
    if subscriber is None:
        return Erased.UNKNOWN
    if erase_deliveries(subscriber.id, now):
        _erase_last(subscriber, reason, now=now)
        return Erased.DONE
    _leave_husk(subscriber, reason, now=now)
    return Erased.UNDER_WAY


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
        take_turns(TURN)
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
    subscriber.address = subscriber.address_key = f"{subscriber.id}@{HUSK}"
    subscriber.address_mac = token_bytes(32)
    subscriber.given_name = None
    subscriber.restricted_at = subscriber.restricted_at or now
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
