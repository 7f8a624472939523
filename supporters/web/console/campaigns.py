"""The campaigns: the table of them, and one campaign with its progress."""

from datetime import datetime
from typing import NamedTuple

from flask import abort, render_template
from flask_babel import gettext

from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_campaign, list_campaigns
from supporters.campaigns.rules import CampaignStatus, Move, may_move
from supporters.delivery.progress import Progress, get_progress
from supporters.lists.queries import get_list
from supporters.web.console.blueprint import CAMPAIGN, console

ACTIVE = {CampaignStatus.RUNNING, CampaignStatus.PAUSED}


class CampaignRow(NamedTuple):
    """A line of the table of campaigns."""

    id: int
    subject: str
    list_name: str
    status: CampaignStatus
    audience: int | None
    launched_at: datetime | None


@console.get("/campaigns")
def campaigns() -> str:
    """Show every campaign."""
    rows = [
        CampaignRow(
            id=campaign.id,
            subject=campaign.subject,
            list_name=mailing_list.name,
            status=campaign.status,
            audience=campaign.audience,
            launched_at=campaign.launched_at,
        )
        for campaign, mailing_list in list_campaigns()
    ]
    return render_template("console/campaigns.html", rows=rows)


@console.get(f"/campaigns/{CAMPAIGN}")
def show_campaign(campaign_id: int) -> str:
    """Show one campaign: what to do next, or how far it is."""
    campaign = get_or_404(campaign_id)
    figures = get_progress(campaign_id)
    return render_template(
        "console/campaign.html",
        campaign=campaign,
        mailing_list=get_list(campaign.mailing_list_id),
        progress=None if campaign.status is CampaignStatus.DRAFT else figures,
        is_active=is_active(campaign, figures),
        actions=[move.value for move in Move if may_move(campaign.status, move)],
    )


@console.get(f"/campaigns/{CAMPAIGN}/progress")
def progress(campaign_id: int) -> str:
    """Show the figures alone, for the page to renew them."""
    campaign = get_or_404(campaign_id)
    if campaign.status is CampaignStatus.DRAFT:
        abort(404)
    figures = get_progress(campaign_id)
    return render_template(
        "console/parts/progress.html",
        campaign=campaign,
        progress=figures,
        is_active=is_active(campaign, figures),
    )


def is_active(campaign: Campaign, figures: Progress) -> bool:
    """Tell whether the figures of a campaign can still change."""
    return campaign.status in ACTIVE or figures.claimed > 0


def get_or_404(campaign_id: int) -> Campaign:
    """Return the campaign; an unknown one is a page that isn't there."""
    campaign = find_campaign(campaign_id)
    if campaign is None:
        abort(404, gettext("There is no such campaign."))
    return campaign
