"""Makes people unreachable, and reachable again: with a sealed event and a line of the journal.

An unreachable person keeps consent and subscriptions, and is not written to (ADR 109).
"""

from collections.abc import Sequence
from datetime import datetime

from supporters.bounce_classes.classes import BounceClass
from supporters.consent.consent_events import (
    NewEvent,
    get_shared_controller,
    make_event,
    record_events,
)
from supporters.consent.models import EventKind, Method
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_together
from supporters.database import in_transaction, use_case
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_mac, lock_subscriber


@in_transaction
def make_unreachable(people: Sequence[tuple[Subscriber, BounceClass]], now: datetime) -> None:
    """Record that locked people can't be reached, each with the reason."""
    append_together(
        [
            Withdrawal(
                kind=WithdrawalKind.UNREACHABLE,
                at=now,
                person=person.address_mac,
                method=Method.BOUNCE,
                because=reason,
            )
            for person, reason in people
        ]
    )
    act = NewEvent(kind=EventKind.UNREACHABLE, method=Method.BOUNCE, now=now)
    for person, reason in people:
        person.unreachable_since, person.unreachable_because = now, reason
    _record([person for person, _ in people], act)


@in_transaction
def end_unreachable(people: Sequence[Subscriber], method: Method, now: datetime) -> None:
    """Record that locked people can be reached again."""
    concerned = [each for each in people if each.unreachable_since is not None]
    append_together(
        [
            Withdrawal(
                kind=WithdrawalKind.REACHABLE, at=now, person=each.address_mac, method=method
            )
            for each in concerned
        ]
    )
    act = NewEvent(kind=EventKind.REACHABLE, method=method, now=now)
    for person in concerned:
        person.unreachable_since = person.unreachable_because = person.failed_at = None
    _record(concerned, act)


def _record(people: Sequence[Subscriber], act: NewEvent) -> None:
    """Record the event of each, with one look at the controller: there may be hundreds."""
    controller_id = get_shared_controller().id if people else 0
    for person in people:
        event = make_event(person, act, controller_id=controller_id)
        record_events([event], log_salt=person.log_salt)


@use_case
def reset_unreachable(address_mac: bytes, now: datetime, *, method: Method = Method.LINK) -> bool:
    """Let the holder of an address be written to again, who confirmed it; tell whether it changed.

    Confirmations of sign-ups write the same in their own plan.
    """
    known = find_subscriber_by_mac(address_mac)
    person = None if known is None else lock_subscriber(known.id)
    if person is None or person.unreachable_since is None:
        return False
    end_unreachable([person], method, now)
    return True
