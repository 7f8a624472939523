"""Lowers the ceiling of a provider whose people complain, or that refuses us, too often (ADR 115).

A worker looks every minute at the last day. After a change of the lowering, by itself or by an
owner, only what came since counts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from supporters.bounce_classes.classes import BounceClass
from supporters.database import db
from supporters.delivery.health.complaint_counts import count_complaints
from supporters.delivery.pace.ceilings import lower_ceiling
from supporters.delivery.pace.models import DomainCeiling, LoweringReason
from supporters.delivery.pace.pace_rules import A_DAY
from supporters.delivery.pace.provider_shares import by_group, estimate_sent
from supporters.mailbox_health.models import RecordedFailure
from supporters.people.domain_groups import DomainGroup

PER = 1000
FEWEST_SENT = 100  # to a provider: fewer prove nothing


class Limit(NamedTuple):
    """The share that lowers a ceiling: of 1,000 emails of a day, and not fewer than some."""

    of_1000: int
    fewest: int


# Gmail and Yahoo ask bulk senders to stay below 3 complaints in 1,000 (their sender guidelines of
# February 2024). Amazon SES reviews senders from 5 % of bounces on: here only those about us count.
LIMITS: Mapping[LoweringReason, Limit] = {
    LoweringReason.COMPLAINTS: Limit(of_1000=3, fewest=3),
    LoweringReason.REFUSALS: Limit(of_1000=50, fewest=10),
}
REFUSED_FOR = (BounceClass.REPUTATION, BounceClass.RATE, BounceClass.POLICY)
Counts = Mapping[DomainGroup, int]


def lower_for_health(now: datetime) -> list[DomainGroup]:
    """Lower the ceilings of providers above a limit; return these."""
    since = now - A_DAY
    suspected = [
        (group, reason)
        for reason in LIMITS
        for group, count in sorted(_count(reason, since).items())
        if count >= LIMITS[reason].fewest
    ]
    if not suspected:
        return []
    sent = estimate_sent(since)
    return [
        group
        for group, reason in suspected
        if _is_above(group, reason, since, sent=sent.get(group, 0))
        and lower_ceiling(group, reason, now)
    ]


def is_too_many(reason: LoweringReason, count: int, sent: int) -> bool:
    """Tell whether so many of the emails to a provider lower its ceiling."""
    limit = LIMITS[reason]
    is_enough = count >= limit.fewest and sent >= FEWEST_SENT
    return is_enough and count * PER >= limit.of_1000 * sent


def _is_above(group: DomainGroup, reason: LoweringReason, since: datetime, *, sent: int) -> bool:
    row = db.session.get(DomainCeiling, group)
    if row is not None and row.lowered_at is not None:
        since = max(since, row.lowered_at)
    return is_too_many(reason, _count(reason, since).get(group, 0), sent)


def _count(reason: LoweringReason, since: datetime) -> Counts:
    """Return how often a provider was the place of a reason since a time."""
    if reason is LoweringReason.COMPLAINTS:
        return by_group(count_complaints(since))
    rows = db.session.execute(
        select(RecordedFailure.domain, func.count())
        .where(RecordedFailure.occurred_at > since, RecordedFailure.bounce_class.in_(REFUSED_FOR))
        .group_by(RecordedFailure.domain)
    )
    return by_group(dict(rows.all()))
