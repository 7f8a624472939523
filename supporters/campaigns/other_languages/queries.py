"""Reads of the texts of a campaign, and the campaign as it is in one of its languages."""

from collections.abc import Sequence

from sqlalchemy import inspect

from supporters.campaigns.campaign_lists import CampaignList
from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.models import Campaign
from supporters.database import db

OF_A_TEXT = (
    *("language", "subject", "preheader", "body", "document"),
    *("revision", "updated_at", "updated_by"),
)


def find_other_text(
    campaign_id: int, language: str, *, for_update: bool = False
) -> LanguageText | None:
    """Return the text of a campaign in a language that isn't its first one."""
    return db.session.get(LanguageText, (campaign_id, language), with_for_update=for_update or None)


def list_other_texts(campaign_id: int) -> Sequence[LanguageText]:
    """Return the texts of a campaign in other languages than its first one, in a fixed order.

    They are read once, since a page asks for them often, and again once the campaign is locked.
    """
    campaign = db.session.get(Campaign, campaign_id)
    return [] if campaign is None else campaign.other_texts


def list_in_languages(campaign: Campaign) -> list[Campaign]:
    """Return a campaign in each of its languages: as it is stored first, then like `in_language`.

    One that isn't stored has no other languages.
    """
    if inspect(campaign).transient:
        return [campaign]
    return [campaign, *(in_language(campaign, text) for text in list_other_texts(campaign.id))]


def find_in_language(campaign: Campaign, language: str) -> Campaign | None:
    """Return a campaign in one of its languages; None if it hasn't got it."""
    if language == campaign.language:
        return campaign
    text = find_other_text(campaign.id, language)
    return None if text is None else in_language(campaign, text)


def in_language(campaign: Campaign, text: LanguageText) -> Campaign:
    """Return a campaign with its text in another language, to be read. It is never stored."""
    columns = inspect(Campaign).columns.keys()
    of_campaign = {name: getattr(campaign, name) for name in columns}
    return Campaign(
        **{**of_campaign, **{name: getattr(text, name) for name in OF_A_TEXT}},
        lists=copy_lists(campaign),
    )


def copy_lists(campaign: Campaign) -> list[CampaignList]:
    """Return the lists of a campaign for one that is like it, and is never stored."""
    columns = inspect(CampaignList).columns.keys()
    return [
        CampaignList(**{name: getattr(each, name) for name in columns}) for each in campaign.lists
    ]


def other_language(campaign: Campaign) -> str | None:
    """Return the language of a campaign `in_language`; None for the campaign as it is stored."""
    return campaign.language if inspect(campaign).transient else None
