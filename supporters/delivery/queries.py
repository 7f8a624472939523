"""Reads of the ledger: the emails to a person, and their subjects as the person got them."""

from collections.abc import Sequence

from sqlalchemy import select

from supporters.campaigns.merge_fields import fill_fields
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import find_in_language
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.extensions import current_settings
from supporters.lists.models import list_name_of
from supporters.lists.queries import get_list
from supporters.team.list_scopes import EVERY_LIST, ListScope, is_within


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


def subject_for(campaign: Campaign, given_name: str | None, language: str | None) -> str:
    """Return the subject of a campaign as a reader with this name got it in a language.

    Without a language, or in one that the campaign hasn't got, it is that of the first text.
    """
    mailing_list = get_list(campaign.mailing_list_id)
    text = (find_in_language(campaign, language) if language else None) or campaign
    values = {
        "given_name": given_name,
        "list_name": list_name_of(mailing_list, text.language),
        "party_name": current_settings().party_name,
    }
    return fill_fields(text.subject, values)
