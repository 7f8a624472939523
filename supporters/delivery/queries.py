"""Reads of the ledger: the emails to a person, and their subjects as the person got them."""

from collections.abc import Sequence

from sqlalchemy import func, select

from supporters.campaigns.merge_fields import fill_fields
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import find_in_language
from supporters.campaigns.queries import is_campaign_within
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.extensions import current_settings
from supporters.lists.models import list_name_of
from supporters.lists.queries import find_list_of_purpose
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
    """Return the subject of a campaign as a reader with this name got it, by their list.

    It is that of the first text if the ledger names no other language that the campaign has.
    """
    mailing_list, language = find_list_of_purpose(delivery.purpose_id), delivery.language
    text = (find_in_language(campaign, language) if language else None) or campaign
    values = {
        "given_name": given_name,
        "list_name": list_name_of(mailing_list, text.language) if mailing_list else None,
        "party_name": current_settings().party_name,
    }
    return fill_fields(text.subject, values)
