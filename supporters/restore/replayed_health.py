"""Repeats from the journal who couldn't be reached: a restored backup lost the failures."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from supporters.bounce_classes.classes import BounceClass
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind
from supporters.database import db, in_transaction
from supporters.mailbox_health.reachability import end_unreachable, make_unreachable
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber

CONSENT_KINDS = (EventKind.CONFIRMED, EventKind.RENEWED)
# A confirmation since then has read the mailbox too.
MAILBOX_EVENTS = (*CONSENT_KINDS, EventKind.UNREACHABLE, EventKind.REACHABLE)


@in_transaction
def replay_health(person: Subscriber, withdrawal: Withdrawal) -> bool:
    """Make a person unreachable, or reachable again. A restored database lost its failures."""
    lock_subscriber(person.id)
    if has_event_since(person, MAILBOX_EVENTS, withdrawal.at):
        return False
    was_unreachable = person.unreachable_since is not None
    if withdrawal.kind is WithdrawalKind.REACHABLE:
        end_unreachable([person], withdrawal.method, withdrawal.at)
    elif not was_unreachable:
        make_unreachable([(person, withdrawal.because or BounceClass.UNKNOWN)], withdrawal.at)
    return was_unreachable is not (person.unreachable_since is not None)


def has_event_since(person: Subscriber, kinds: Sequence[EventKind], since: datetime) -> bool:
    """Tell whether a person has an event of these kinds since a time."""
    found = db.session.scalar(
        select(ConsentEvent.id)
        .where(
            ConsentEvent.subscriber_id == person.id,
            ConsentEvent.kind.in_(kinds),
            ConsentEvent.occurred_at >= since,
        )
        .limit(1)
    )
    return found is not None
