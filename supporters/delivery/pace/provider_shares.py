"""Estimates how many emails left to each provider: its share of what left of each campaign.

The share is that of the last count of the ledger, a quarter of an hour old at most. Until a
campaign was counted, all of it may have gone to any provider.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from supporters.database import db
from supporters.delivery.models import DeliveryInterval
from supporters.mailbox_health.models import DomainCount
from supporters.people.domain_groups import DOMAINS, DomainGroup, group_of


def estimate_sent(since: datetime) -> Counter[DomainGroup]:
    """Return about how many emails left to each provider since a time."""
    left = _count_left(since)
    shares: dict[int, Counter[DomainGroup]] = {each: Counter() for each in left}
    counted = Counter[int]()
    for row in db.session.scalars(select(DomainCount).where(DomainCount.campaign_id.in_(left))):
        taken = row.accepted + row.refused
        counted[row.campaign_id] += taken
        if group := group_of(row.domain):
            shares[row.campaign_id][group] += taken
    sent = Counter[DomainGroup]({DomainGroup.EVERYBODY: sum(left.values())})
    for campaign_id, mails in left.items():
        for group in DOMAINS:
            share = shares[campaign_id][group] if counted[campaign_id] else 1
            sent[group] += mails * share // (counted[campaign_id] or 1)
    return sent


def by_group(by_domain: Mapping[str, int]) -> Counter[DomainGroup]:
    """Sum counts of domains by their providers; other domains have none."""
    counts = Counter[DomainGroup]()
    for domain, count in by_domain.items():
        if group := group_of(domain):
            counts[group] += count
    return counts


def _count_left(since: datetime) -> Mapping[int, int]:
    answered = func.sum(DeliveryInterval.accepted + DeliveryInterval.refused)
    rows = db.session.execute(
        select(DeliveryInterval.campaign_id, answered)
        .where(DeliveryInterval.started_at > since)
        .group_by(DeliveryInterval.campaign_id)
    )
    return {campaign_id: int(mails) for campaign_id, mails in rows}
