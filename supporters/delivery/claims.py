"""Claims a batch of the ledger, and checks again whether each person still wants the email."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select, update

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import get_campaign
from supporters.consent.eligibility import has_suppression, is_eligible, is_eligible_by_look_up
from supporters.database import db, transaction
from supporters.delivery.batches import UNCLAIMED, count, let_go
from supporters.delivery.models import Delivery, batches
from supporters.delivery.rate_limit import WaitForSlot, take_slots
from supporters.delivery.rules import UNSETTLED, DeliveryStatus, WhySkipped, why_skipped
from supporters.delivery.withdrawal_guard import pause_if_hidden
from supporters.dialects import is_one_of
from supporters.lists.models import Subscription
from supporters.people.models import Subscriber


class Recipient(NamedTuple):
    """An email to send: its recipient, and the number of earlier attempts."""

    subscriber_id: int
    address: str
    given_name: str | None
    subscribed_at: datetime
    attempts: int
    is_deferred: bool


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A batch that a sender holds until it records the results.

    `starts_in` is how long the common rate delays the first email, `gap` each of the next ones;
    `beyond_rate` are those that the rate leaves for later.
    """

    campaign_id: int
    batch: int
    lane: str
    recipients: Sequence[Recipient]
    starts_in: timedelta = timedelta()
    gap: timedelta = timedelta()
    without_slot: Sequence[Recipient] = ()


class _NoSlot(Exception):
    def __init__(self, wait: WaitForSlot) -> None:
        self.wait = wait


def claim_batch(
    campaign_id: int, lane: str, *, now: datetime, rate: int = 0
) -> Claim | WaitForSlot | None:
    """Claim the next batch that is due; None when the campaign isn't running or nothing is due.

    `rate` is in emails a second over all senders, 0 for no limit. People who unsubscribed or
    were suppressed since the launch are recorded as skipped.
    """
    try:
        with transaction():
            return _claim(campaign_id, lane, now=now, rate=rate)
    except _NoSlot as refusal:
        return refusal.wait


def _claim(campaign_id: int, lane: str, *, now: datetime, rate: int) -> Claim | None:
    running = db.session.execute(
        select(Campaign.purpose_id, Campaign.launched_at).where(
            Campaign.id == campaign_id, Campaign.status == CampaignStatus.RUNNING
        )
    ).first()
    if running is None or pause_if_hidden(campaign_id, running.launched_at, now):
        return None
    purpose_id: int = running.purpose_id
    batch = _claim_row(campaign_id, lane, now)
    if batch is None:
        return None
    recipients = _list_wanted(campaign_id, batch, purpose_id, now=now)
    if not recipients:
        let_go(campaign_id, batch, {}, lane=lane)
        return Claim(campaign_id=campaign_id, batch=batch, lane=lane, recipients=())
    slots = take_slots(len(recipients), rate=rate, now=now)
    if isinstance(slots, WaitForSlot):
        raise _NoSlot(slots)
    return Claim(
        campaign_id=campaign_id,
        batch=batch,
        lane=lane,
        recipients=recipients[: slots.count],
        without_slot=recipients[slots.count :],
        starts_in=slots.starts_in,
        gap=slots.gap,
    )


def _claim_row(campaign_id: int, lane: str, now: datetime) -> int | None:
    first_due = (
        select(batches.c.number)
        .where(
            batches.c.campaign_id == campaign_id,
            batches.c.due_at <= now,
            batches.c.claimed_by.is_(None),
        )
        .order_by(batches.c.due_at, batches.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    number: int | None = db.session.scalar(
        update(batches)
        .where(batches.c.campaign_id == campaign_id, batches.c.number == first_due)
        .values(claimed_by=lane, claimed_at=now)
        .returning(batches.c.number)
    )
    return number


def _list_wanted(
    campaign_id: int, batch: int, purpose_id: int, *, now: datetime
) -> list[Recipient]:
    """Return the due deliveries whose consent, the one of the ledger row, is still valid."""
    rows = db.session.execute(
        select(
            Delivery.subscriber_id,
            Subscriber.address,
            Subscriber.given_name,
            Subscription.subscribed_at,
            Delivery.attempts,
            Delivery.status == DeliveryStatus.DEFERRED,
            and_(
                Subscription.consent_event_id.is_not(None),
                is_eligible_by_look_up(purpose_id, now),
            ),
        )
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .outerjoin(Subscription, Subscription.consent_event_id == Delivery.consent_event_id)
        .where(
            Delivery.campaign_id == campaign_id,
            Delivery.batch == batch,
            Delivery.status.in_(UNSETTLED),
            Delivery.next_attempt_at <= now,
        )
    ).all()
    wanted = [Recipient._make(row[:-1]) for row in rows if row[-1]]
    if len(wanted) < len(rows):
        left = [Recipient._make(row[:-1]) for row in rows if not row[-1]]
        _skip(campaign_id, batch, left, purpose_id=purpose_id, now=now)
    return wanted


def give_back(lane: str) -> None:
    """Release batches that the database may have given to a sender that holds none."""
    with transaction():
        db.session.execute(update(batches).where(batches.c.claimed_by == lane).values(**UNCLAIMED))


def may_still_leave(claim: Claim, subscriber_id: int, now: datetime) -> bool:
    """Check one email again, whose turn came long after the claim.

    Is it still wanted, and does this sender still hold the batch?
    """
    try:
        campaign = get_campaign(claim.campaign_id)
        found = db.session.scalar(
            select(Delivery.subscriber_id)
            .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
            .join(Subscription, Subscription.consent_event_id == Delivery.consent_event_id)
            .join(
                batches,
                and_(
                    batches.c.campaign_id == Delivery.campaign_id,
                    batches.c.number == Delivery.batch,
                ),
            )
            .where(
                Delivery.campaign_id == claim.campaign_id,
                Delivery.subscriber_id == subscriber_id,
                Delivery.status.in_(UNSETTLED),
                batches.c.claimed_by == claim.lane,
                batches.c.revoked_at.is_(None),
                is_eligible(campaign.purpose_id, now),
            )
        )
    finally:
        db.session.rollback()
    return found is not None


def _skip(
    campaign_id: int, batch: int, left: Sequence[Recipient], *, purpose_id: int, now: datetime
) -> None:
    ids = [each.subscriber_id for each in left]
    reasons = _list_reasons(campaign_id, ids, has_objected=has_suppression(purpose_id, now))
    for reason, subscriber_ids in reasons.items():
        db.session.execute(
            update(Delivery)
            .where(
                Delivery.campaign_id == campaign_id,
                Delivery.batch == batch,
                is_one_of(Delivery.subscriber_id, subscriber_ids),
            )
            .values(status=DeliveryStatus.SKIPPED, settled_at=now, reply=reason)
            .execution_options(synchronize_session=False)
        )
    were_deferred = sum(each.is_deferred for each in left)
    count(
        campaign_id,
        batch,
        {DeliveryStatus.SKIPPED: len(left), DeliveryStatus.DEFERRED: -were_deferred},
    )


def _list_reasons(
    campaign_id: int, subscriber_ids: Sequence[int], *, has_objected: ColumnElement[bool]
) -> dict[WhySkipped, list[int]]:
    """Return why people are skipped, with their ids."""
    rows = db.session.execute(
        select(
            Delivery.subscriber_id,
            Subscriber.restricted_at.is_not(None),
            Subscription.consent_event_id.is_not(None),
            has_objected,
        )
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .outerjoin(Subscription, Subscription.consent_event_id == Delivery.consent_event_id)
        .where(
            Delivery.campaign_id == campaign_id,
            is_one_of(Delivery.subscriber_id, subscriber_ids),
        )
    )
    reasons: dict[WhySkipped, list[int]] = defaultdict(list)
    for subscriber_id, is_restricted, is_subscribed, is_suppressed in rows:
        reason = why_skipped(
            is_restricted=is_restricted, is_subscribed=is_subscribed, is_suppressed=is_suppressed
        )
        reasons[reason].append(subscriber_id)
    return reasons
