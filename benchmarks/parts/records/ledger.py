"""Creates sent campaigns in SQL, with the ledger, the batches and the history of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Insert, case, func, insert, literal, select

from supporters.audit_log.audit_events import record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.versions import HASH
from supporters.database import db, transaction
from supporters.delivery.message.frozen_versions import freeze_version
from supporters.delivery.models import Delivery, DeliveryBatch, DeliveryInterval
from supporters.delivery.progress import INTERVAL
from supporters.delivery.rules import DeliveryStatus, batch_size
from supporters.lists.models import MailingList, Subscription
from tests.factories.drafts import make_campaign

RATE = 30  # emails per second
EVERY_REFUSED = 97
ACCEPTED, REFUSED = DeliveryStatus.ACCEPTED.value, DeliveryStatus.REFUSED.value
BODY = "Bonjour {{ given_name | cher ami }},\n\n" + 20 * "La réunion aura lieu jeudi.\n\n"


def make_sent_campaign(mailing_list: MailingList, people: int, launched_at: datetime) -> int:
    """Create a campaign that was sent to the first people of a list; return its id."""
    campaign = make_campaign(mailing_list, f"Des nouvelles du {launched_at:%d/%m/%Y}", BODY)
    with transaction():
        version = freeze_version(campaign, None)
        campaign.launched_at, campaign.status = launched_at, CampaignStatus.SENT
        _write_deliveries(campaign, people)
        db.session.execute(_insert_batches(campaign.id))
        db.session.execute(insert(DeliveryInterval), _intervals(campaign.id, people, launched_at))
        size = select(func.sum(DeliveryBatch.size)).where(DeliveryBatch.campaign_id == campaign.id)
        campaign.audience = int(db.session.scalar(size) or 0)
        campaign.finished_at = launched_at + timedelta(seconds=people / RATE)
        version.approved_at, version.approved_audience = launched_at, campaign.audience
        record_act(CampaignAct.LAUNCHED, campaign.id, {HASH: version.hash})
    return campaign.id


def _write_deliveries(campaign: Campaign, people: int) -> None:
    size, moment = batch_size(people), literal(campaign.launched_at, Delivery.settled_at.type)
    place = func.row_number().over(order_by=Subscription.subscriber_id)
    placed = (
        select(
            Subscription.subscriber_id,
            Subscription.consent_event_id,
            Subscription.consent_kind,
            place.label("place"),
        )
        .where(
            Subscription.mailing_list_id == campaign.mailing_list_id,
            Subscription.purpose_id == campaign.purpose_id,
        )
        .order_by(Subscription.subscriber_id)
        .limit(people)
        .subquery()
    )
    is_refused = placed.c.place % EVERY_REFUSED == 0
    values = {
        "campaign_id": literal(campaign.id),
        "subscriber_id": placed.c.subscriber_id,
        "batch": (placed.c.place - 1) // size + 1,
        "purpose_id": literal(campaign.purpose_id),
        "consent_event_id": placed.c.consent_event_id,
        "consent_kind": placed.c.consent_kind,
        "status": case((is_refused, REFUSED), else_=ACCEPTED),
        "attempts": literal(1),
        "next_attempt_at": moment,
        "settled_at": moment,
        "reply": case((is_refused, "550"), else_="250"),
    }
    db.session.execute(insert(Delivery).from_select([*values], select(*values.values())))


def _insert_batches(campaign_id: int) -> Insert:
    counted = (
        select(
            Delivery.campaign_id,
            Delivery.batch,
            func.count(),
            *(_count(status) for status in (ACCEPTED, REFUSED)),
            *(literal(0) for _ in range(4)),
        )
        .where(Delivery.campaign_id == campaign_id)
        .group_by(Delivery.campaign_id, Delivery.batch)
    )
    names = ("campaign_id", "number", "size", "accepted", "refused")
    return insert(DeliveryBatch).from_select(
        [*names, "deferred", "skipped", "cancelled", "uncertain"], counted
    )


def _count(status: str) -> ColumnElement[int]:
    return func.count(case((Delivery.status == status, 1)))


def _intervals(campaign_id: int, people: int, began: datetime) -> Sequence[dict[str, object]]:
    """Return the history of a campaign at an even rate."""
    in_each = RATE * int(INTERVAL.total_seconds())
    return [
        {
            "campaign_id": campaign_id,
            "started_at": began + number * INTERVAL,
            "accepted": in_each,
            **dict.fromkeys(("deferred", "refused", "uncertain"), 0),
        }
        for number in range(-(-people // in_each))
    ]
