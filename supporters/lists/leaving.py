"""Takes people off lists: at once, as often as they ask, and for good (GDPR 7(3), 21)."""

from collections.abc import Sequence

from sqlalchemy import select

from supporters import clock
from supporters.consent.models import EventKind, Method
from supporters.consent.recording import Act, record_act
from supporters.consent.suppressing import EVERYTHING, purpose_scope, suppress
from supporters.consent.withdrawing import end_agreements
from supporters.database import db, transaction
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import list_subscriptions_of
from supporters.people.models import Subscriber


def leave_list(subscriber_id: int, list_id: int, method: Method) -> None:
    """Take a person off one list; a repetition, or a person we no longer know, changes nothing."""
    with transaction():
        _leave(subscriber_id, method, only_list=list_id)


def leave_every_list(subscriber_id: int, method: Method) -> None:
    """Take a person off every list they are on; what else they agreed to ends with it."""
    with transaction():
        _leave(subscriber_id, method)


def take_off_every_list(subscriber: Subscriber, method: Method) -> None:
    """Take a locked person off every list; to be called within a transaction."""
    _leave(subscriber.id, method)


def object_to_everything(subscriber_id: int) -> None:
    """Record that a person objects to all our mail, told to an organiser (GDPR article 21)."""
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        if subscriber is None:
            return
        _leave(subscriber_id, Method.ORGANISER, kind=EventKind.OBJECTED)
        suppress(subscriber.address_mac, EVERYTHING, now=clock.now(), until=None)


def object_by_address(address_mac: bytes) -> None:
    """Keep an address away from all our mail, whether its holder is known to us or not."""
    subscriber_id = db.session.scalar(
        select(Subscriber.id).where(Subscriber.address_mac == address_mac)
    )
    if subscriber_id is not None:
        object_to_everything(subscriber_id)
        return
    with transaction():
        suppress(address_mac, EVERYTHING, now=clock.now(), until=None)


def _leave(
    subscriber_id: int,
    method: Method,
    *,
    only_list: int | None = None,
    kind: EventKind = EventKind.WITHDRAWN,
) -> None:
    subscriber = lock_subscriber(subscriber_id)
    if subscriber is None:
        return
    now = clock.now()
    for subscription, _ in _subscriptions_to_end(subscriber_id, only_list):
        act = Act(kind=kind, method=method, now=now, purpose_id=subscription.purpose_id)
        record_act(subscriber, act)
        scope = purpose_scope(subscription.purpose_id)
        suppress(subscriber.address_mac, scope, now=now, until=None)
        db.session.delete(subscription)
    if only_list is None:
        end_agreements(subscriber, kind, method=method, now=now)


def _subscriptions_to_end(
    subscriber_id: int, only_list: int | None
) -> Sequence[tuple[Subscription, MailingList]]:
    return [
        (subscription, mailing_list)
        for subscription, mailing_list in list_subscriptions_of(subscriber_id)
        if only_list is None or mailing_list.id == only_list
    ]


def lock_subscriber(subscriber_id: int) -> Subscriber | None:
    """Return the subscriber, held for this transaction, so that two clicks come one by one."""
    return db.session.get(Subscriber, subscriber_id, with_for_update=True)
