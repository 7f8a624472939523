"""Factories of emails that didn't arrive."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.mailbox_health.mailbox_failures import MailboxFailure, record_failures
from supporters.people.domain_groups import domain_of
from supporters.people.models import Subscriber

STATUSES = {BounceClass.NO_MAILBOX: "5.1.1", BounceClass.FULL: "5.2.2"}


def fail(
    person: Subscriber,
    bounce_class: BounceClass = BounceClass.NO_MAILBOX,
    *,
    campaign_id: int | None = None,
    at: datetime | None = None,
    was_accepted: bool = True,
    domain: str | None = None,
) -> list[int]:
    """Record one email to a person that came back; return who became unreachable."""
    now = at or clock.now()
    failure = MailboxFailure(
        subscriber_id=person.id,
        bounce_class=bounce_class,
        status=STATUSES.get(bounce_class),
        campaign_id=campaign_id,
        domain=domain_of(person.address) if domain is None else domain,
        occurred_at=now,
        was_accepted=was_accepted,
    )
    return record_failures([failure], now)


def fail_on_days(person: Subscriber, days: Sequence[float]) -> list[int]:
    """Record a full mailbox so many days from now; return who became unreachable by the last."""
    now, unreachable = clock.now(), list[int]()
    for each in days:
        unreachable = fail(person, BounceClass.FULL, at=now + timedelta(days=each))
    return unreachable
