"""Claims a batch of the ledger, and asks again whether each person still wants the mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update

from supporters import clock
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.rules import CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.eligibility import is_eligible
from supporters.delivery.models import Delivery
from supporters.delivery.rules import DeliveryStatus
from supporters.lists.models import Subscription
from supporters.people.models import Subscriber


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A claimed mail: whom it goes to, and how often it was tried, this time included."""

    subscriber_id: int
    address: str
    given_name: str | None
    subscribed_at: datetime
    attempts: int


def claim_batch(campaign_id: int, batch: int, worker: str) -> Sequence[Recipient] | None:
    """Claim the mails of a batch that are due; None when the campaign isn't running.

    Whoever left or was suppressed since the launch is recorded as skipped.
    """
    now = clock.now()
    with transaction():
        campaign = find_campaign(campaign_id)
        if campaign is None or campaign.status is not CampaignStatus.RUNNING:
            return None
        claimed = _claim_rows(campaign_id, batch, worker, now=now)
        recipients = _list_recipients(campaign_id, claimed, campaign.purpose_id, now=now)
        wanted = {recipient.subscriber_id for recipient in recipients}
        _skip(campaign_id, [each for each in claimed if each not in wanted], now)
    return recipients


def _claim_rows(campaign_id: int, batch: int, worker: str, *, now: datetime) -> Sequence[int]:
    due = (
        select(Delivery.subscriber_id)
        .where(
            Delivery.campaign_id == campaign_id,
            Delivery.batch == batch,
            or_(
                Delivery.status == DeliveryStatus.QUEUED,
                and_(Delivery.status == DeliveryStatus.DEFERRED, Delivery.next_attempt_at <= now),
            ),
        )
        .with_for_update(skip_locked=True)
    )
    return db.session.scalars(
        update(Delivery)
        .where(Delivery.campaign_id == campaign_id, Delivery.subscriber_id.in_(due))
        .values(
            status=DeliveryStatus.CLAIMED,
            claimed_at=now,
            claimed_by=worker,
            attempts=Delivery.attempts + 1,
        )
        .returning(Delivery.subscriber_id)
        .execution_options(synchronize_session=False)
    ).all()


def _list_recipients(
    campaign_id: int, claimed: Sequence[int], purpose_id: int, *, now: datetime
) -> list[Recipient]:
    """Return those of the claimed whose consent, the one of the ledger row, still stands."""
    rows = db.session.execute(
        select(Subscriber, Subscription.subscribed_at, Delivery.attempts)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .join(Delivery, Delivery.consent_event_id == Subscription.consent_event_id)
        .where(
            Delivery.campaign_id == campaign_id,
            Delivery.subscriber_id.in_(claimed),
            is_eligible(purpose_id, now),
        )
        .order_by(Subscriber.id)
    )
    return [
        Recipient(
            subscriber_id=subscriber.id,
            address=subscriber.address,
            given_name=subscriber.given_name,
            subscribed_at=subscribed_at,
            attempts=attempts,
        )
        for subscriber, subscribed_at, attempts in rows
    ]


def _skip(campaign_id: int, subscriber_ids: Sequence[int], now: datetime) -> None:
    db.session.execute(
        update(Delivery)
        .where(Delivery.campaign_id == campaign_id, Delivery.subscriber_id.in_(subscriber_ids))
        .values(status=DeliveryStatus.SKIPPED, settled_at=now, reply="left")
        .execution_options(synchronize_session=False)
    )
