"""Reads of mailbox health: what came back from a person, and from a campaign."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from supporters.bounce_classes.classes import BounceClass
from supporters.database import db
from supporters.mailbox_health.models import RecordedFailure
from supporters.people.models import Subscriber

FAILURES_SHOWN = 100


def list_failures_of(subscriber_id: int, *, limit: int | None = None) -> Sequence[RecordedFailure]:
    """Return the emails that didn't reach a person, newest first."""
    return db.session.scalars(
        select(RecordedFailure)
        .where(RecordedFailure.subscriber_id == subscriber_id)
        .order_by(RecordedFailure.occurred_at.desc(), RecordedFailure.id.desc())
        .limit(limit)
    ).all()


class FailureCount(NamedTuple):
    """Emails of a campaign that failed by a class, and how many of the people can't be reached."""

    bounce_class: BounceClass
    emails: int
    unreachable: int


def count_failures_of_campaign(campaign_id: int) -> Sequence[FailureCount]:
    """Return the failures of a campaign by class, the most frequent first."""
    emails = func.count()
    rows = db.session.execute(
        select(RecordedFailure.bounce_class, emails, func.count(Subscriber.unreachable_since))
        .join(Subscriber, Subscriber.id == RecordedFailure.subscriber_id)
        .where(RecordedFailure.campaign_id == campaign_id)
        .group_by(RecordedFailure.bounce_class)
        .order_by(emails.desc(), RecordedFailure.bounce_class)
    )
    return [FailureCount(*row) for row in rows]
