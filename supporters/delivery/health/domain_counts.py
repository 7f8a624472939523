"""Counts by a worker how many emails of the last campaigns each mailbox provider took.

Reading the ledger of a campaign to a million people takes seconds, so no page does it. The
counts name large providers only, and everything else together.
"""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, insert, or_, select

from supporters.campaigns.models import Campaign
from supporters.campaigns.states import UNFINISHED
from supporters.database import db, transaction
from supporters.delivery.models import Delivery
from supporters.delivery.rules import DeliveryStatus
from supporters.dialects import domain_part
from supporters.mailbox_health.models import DomainCount
from supporters.people.domain_groups import DOMAINS
from supporters.people.mailbox_providers import COMMON_PROVIDERS
from supporters.people.models import Subscriber

COUNTED_FOR = timedelta(days=30)
COUNTED_EVERY = timedelta(minutes=15)  # while a campaign runs
OTHERS = ""
COUNTED_DOMAINS = frozenset(
    {*COMMON_PROVIDERS, *(each for them in DOMAINS.values() for each in them)}
)


def store_domain_counts(now: datetime) -> int | None:
    """Count one campaign that is due; return its id, or None if none is due."""
    campaign_id = _find_due(now)
    if campaign_id is not None:
        with transaction():
            _count(campaign_id, now)
    return campaign_id


def _find_due(now: datetime) -> int | None:
    counted = (
        select(func.max(DomainCount.counted_at))
        .where(DomainCount.campaign_id == Campaign.id)
        .correlate(Campaign)
        .scalar_subquery()
    )
    runs = Campaign.status.in_(UNFINISHED) & (counted < now - COUNTED_EVERY)
    due = (
        select(Campaign.id)
        .where(
            Campaign.launched_at > now - COUNTED_FOR,
            or_(counted.is_(None), Campaign.finished_at > counted, runs),
        )
        .order_by(counted.is_not(None), counted, Campaign.id)
    )
    return db.session.scalar(due.limit(1))


def _count(campaign_id: int, now: datetime) -> None:
    domain = domain_part(Subscriber.address_key)
    provider = case((domain.in_(COUNTED_DOMAINS), domain), else_=OTHERS)
    accepted, refused = (
        func.count().filter(Delivery.status == each)
        for each in (DeliveryStatus.ACCEPTED, DeliveryStatus.REFUSED)
    )
    rows = db.session.execute(
        select(provider, accepted, refused)
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .where(Delivery.campaign_id == campaign_id)
        .group_by(provider)
    ).all()
    db.session.execute(delete(DomainCount).where(DomainCount.campaign_id == campaign_id))
    values = [dict(zip(("domain", "accepted", "refused"), each, strict=True)) for each in rows] or [
        {"domain": OTHERS, "accepted": 0, "refused": 0}
    ]
    shared = {"campaign_id": campaign_id, "counted_at": now}
    db.session.execute(insert(DomainCount), [{**each, **shared} for each in values])
