"""Leads from a page that needs a correct draft to the form, or to a campaign that is none."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.campaigns.content_checks import find_campaign_faults, find_draft_faults
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.campaigns.languages.language_tabs import to_text


def redirect_to_launched(campaign_id: int) -> ResponseReturnValue:
    """Redirect to a campaign that is no longer a draft, with a message."""
    flash(gettext("This campaign was launched: its message can’t change any more."), "error")
    return to_campaign(campaign_id)


def redirect_to_faults(campaign_id: int) -> ResponseReturnValue:
    """Redirect to the form of the first text of a draft that has mistakes."""
    texts = list_in_languages(get_campaign_or_404(campaign_id))
    faulty = next((each for each in texts if find_draft_faults(each)), texts[0])
    flash(gettext("Correct the message first."), "error")
    return to_text(faulty)


def lead_back(campaign: Campaign) -> ResponseReturnValue | None:
    """Redirect to the form of a draft with mistakes, or without a list; None for another."""
    if campaign.status is CampaignStatus.DRAFT and find_campaign_faults(campaign):
        return redirect_to_faults(campaign.id)
    return None if campaign.lists else _redirect_to_lists(campaign.id)


def _redirect_to_lists(campaign_id: int) -> ResponseReturnValue:
    """Redirect to the form of a draft that has no list yet."""
    flash(gettext("Choose first who gets it: tick at least one list."), "error")
    return redirect(url_for("console.edit_campaign", campaign_id=campaign_id), 303)
