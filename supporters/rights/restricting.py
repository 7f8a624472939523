"""Freezes what we hold on a person, and lets go of it again (GDPR article 18).

Frozen, they get no mail; nothing of theirs is changed, and no retention deletes it.
"""

from datetime import datetime

from supporters import clock
from supporters.consent.journal import Taken, Taking, note
from supporters.consent.models import EventKind, Method
from supporters.consent.recording import Act, record_act
from supporters.database import transaction
from supporters.people.acting import forget_question, note_act
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber


def restrict_person(subscriber_id: int, method: Method, *, now: datetime | None = None) -> bool:
    """Freeze a person; tell whether we know them."""
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        if subscriber is not None:
            restrict(subscriber, method, now=now or clock.now())
    return subscriber is not None


def release_person(subscriber_id: int, method: Method, *, now: datetime | None = None) -> bool:
    """Let go of a person; tell whether we know them."""
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        if subscriber is not None:
            release(subscriber, method, now=now or clock.now())
    return subscriber is not None


def restrict(subscriber: Subscriber, method: Method, *, now: datetime) -> None:
    """Freeze a person, unless they are; to be called within a transaction."""
    if subscriber.restricted_at is None:
        _note(Taken.RESTRICTED, subscriber, method, now=now)
        subscriber.restricted_at = now
        forget_question(subscriber)
        record_act(subscriber, Act(kind=EventKind.RESTRICTED, method=method, now=now))


def release(subscriber: Subscriber, method: Method, *, now: datetime) -> None:
    """Let go of a frozen person; to be called within a transaction."""
    if subscriber.restricted_at is not None:
        _note(Taken.RELEASED, subscriber, method, now=now)
        subscriber.restricted_at = None
        if method is Method.MY_DATA:
            note_act(subscriber, now)
        record_act(subscriber, Act(kind=EventKind.RELEASED, method=method, now=now))


def _note(kind: Taken, subscriber: Subscriber, method: Method, *, now: datetime) -> None:
    note(Taking(kind=kind, at=now, person=subscriber.address_mac, method=method))
