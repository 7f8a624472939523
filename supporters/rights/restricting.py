"""Freezes what we hold on a person, and lets go of it again (GDPR article 18).

Frozen, they get no mail; nothing of theirs is changed, and no retention deletes it.
"""

from datetime import datetime

from supporters.consent.models import EventKind, Method
from supporters.consent.recording import Act, record_act
from supporters.people.models import Subscriber


def restrict(subscriber: Subscriber, method: Method, *, now: datetime) -> None:
    """Freeze a person, unless they are; to be called within a transaction."""
    if subscriber.restricted_at is None:
        subscriber.restricted_at = now
        record_act(subscriber, Act(kind=EventKind.RESTRICTED, method=method, now=now))


def release(subscriber: Subscriber, method: Method, *, now: datetime) -> None:
    """Let go of a frozen person; to be called within a transaction."""
    if subscriber.restricted_at is not None:
        subscriber.restricted_at = None
        record_act(subscriber, Act(kind=EventKind.RELEASED, method=method, now=now))
