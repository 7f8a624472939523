"""Reads of mailbox health: what came back from a person, and from a campaign."""

from collections.abc import Sequence

from sqlalchemy import func, select

from supporters.database import db
from supporters.mailbox_health.models import RecordedFailure
from supporters.people.models import Subscriber

FAILURES_SHOWN = 100


def list_failures_of(subscriber_id: int) -> Sequence[RecordedFailure]:
    """Return the emails that didn't reach a person, newest first, and not all of very many."""
    return db.session.scalars(
        select(RecordedFailure)
        .where(RecordedFailure.subscriber_id == subscriber_id)
        .order_by(RecordedFailure.occurred_at.desc(), RecordedFailure.id.desc())
        .limit(FAILURES_SHOWN)
    ).all()


def count_unreachable_of(campaign_id: int) -> int:
    """Return how many of the people whom a campaign failed to reach can't be reached now."""
    theirs = RecordedFailure.subscriber_id == Subscriber.id
    count = select(func.count(RecordedFailure.id)).join(Subscriber, theirs)
    is_out = Subscriber.unreachable_since.is_not(None)
    return db.session.scalar(count.where(RecordedFailure.campaign_id == campaign_id, is_out)) or 0
