"""Skips what a cancelled campaign hasn't sent, some batches at a time: no lock is held for long."""

from datetime import datetime

from sqlalchemy import select, update

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.batches import count
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import UNSETTLED, DeliveryStatus, WhySkipped

BATCHES_AT_ONCE = 20


def skip_rest_of_cancelled() -> None:
    """Skip what is left of all cancelled campaigns, but for the mails in the hands of a lane."""
    while _skip_some():
        pass


def _skip_some() -> bool:
    with transaction():
        found = db.session.execute(
            select(DeliveryBatch.campaign_id, DeliveryBatch.number)
            .join(Campaign, Campaign.id == DeliveryBatch.campaign_id)
            .where(
                Campaign.status == CampaignStatus.CANCELLED,
                DeliveryBatch.due_at.is_not(None),
                DeliveryBatch.claimed_by.is_(None),
            )
            .limit(BATCHES_AT_ONCE)
            .with_for_update(skip_locked=True, of=DeliveryBatch)
        ).all()
        for campaign_id, batch in found:
            skip_batch(campaign_id, batch, clock.now())
    return bool(found)


def skip_batch(campaign_id: int, batch: int, now: datetime) -> None:
    """Skip what is left of a batch that no lane holds; called within the transaction that knows."""
    left = dict.fromkeys(UNSETTLED, 0)
    for status in UNSETTLED:
        skipped = db.session.scalars(
            update(Delivery)
            .where(
                Delivery.campaign_id == campaign_id,
                Delivery.batch == batch,
                Delivery.status == status,
            )
            .values(status=DeliveryStatus.SKIPPED, settled_at=now, reply=WhySkipped.CANCELLED)
            .returning(Delivery.subscriber_id)
            .execution_options(synchronize_session=False)
        )
        left[status] = len(skipped.all())
    changes = {
        DeliveryStatus.SKIPPED: sum(left.values()),
        DeliveryStatus.DEFERRED: -left[DeliveryStatus.DEFERRED],
    }
    count(campaign_id, batch, changes, cancelled=sum(left.values()))
