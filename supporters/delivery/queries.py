"""Reads of the ledger: the emails to a person."""

from collections.abc import Sequence

from sqlalchemy import select

from supporters.campaigns.models import Campaign
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.organisers.list_scopes import EVERY_LIST, ListScope, is_within


def list_deliveries_to(
    subscriber_id: int, *, limit: int, scope: ListScope = EVERY_LIST
) -> Sequence[tuple[Delivery, Campaign]]:
    """Return the deliveries to a person with their campaigns, newest first."""
    rows = db.session.execute(
        select(Delivery, Campaign)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.subscriber_id == subscriber_id, is_within(Campaign.mailing_list_id, scope))
        .order_by(Campaign.id.desc())
        .limit(limit)
    )
    return [(delivery, campaign) for delivery, campaign in rows]
