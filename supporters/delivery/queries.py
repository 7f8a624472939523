"""Reads of the ledger: the emails to a person, and their subjects as the person got them."""

from collections.abc import Sequence

from sqlalchemy import func, select

from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import is_campaign_within
from supporters.campaigns.versions import find_newest_version
from supporters.database import db
from supporters.delivery.message.frozen_campaign import read_frozen
from supporters.delivery.models import Delivery
from supporters.team.list_scopes import EVERY_LIST, ListScope


def list_deliveries_to(
    subscriber_id: int, *, limit: int, scope: ListScope = EVERY_LIST
) -> Sequence[tuple[Delivery, Campaign]]:
    """Return the deliveries to a person with their campaigns, newest first."""
    rows = db.session.execute(
        select(Delivery, Campaign)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.subscriber_id == subscriber_id, is_campaign_within(scope))
        .order_by(Campaign.id.desc())
        .limit(limit)
    )
    return [(delivery, campaign) for delivery, campaign in rows]


def count_deliveries_by_purpose(campaign_id: int) -> dict[int, int]:
    """Return how many people the ledger of a campaign has by each purpose."""
    rows = db.session.execute(
        select(Delivery.purpose_id, func.count())
        .where(Delivery.campaign_id == campaign_id)
        .group_by(Delivery.purpose_id)
    )
    return dict(rows.all())


def subject_for(campaign: Campaign, given_name: str | None, delivery: Delivery) -> str:
    """Return the subject of a campaign as a reader with this name got it, by list and language.

    It is that of the frozen version, whatever the campaign and its list are called today. If that
    can't be read, it is the subject as the team wrote it.
    """
    version = find_newest_version(campaign.id)
    try:
        frozen = read_frozen(version.content if version else "")
    except ValueError:
        return campaign.subject
    text = frozen.in_language(delivery.language)
    email = text.editions.get(delivery.purpose_id, text)
    return email.content.subject.fill({"given_name": given_name})
