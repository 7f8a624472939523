"""Pauses a campaign because of which too many people leave, and gathers its figures."""

from datetime import datetime

from supporters.bounce_classes.classes import Weight
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign, list_running_campaigns
from supporters.database import transaction
from supporters.delivery.after_sending.departure_counts import count_departures
from supporters.delivery.after_sending.models import COMPLAINTS
from supporters.delivery.after_sending.return_counts import count_bounces, list_returns
from supporters.delivery.progress import get_progress
from supporters.delivery.thresholds.automatic_pause import pause_for_threshold
from supporters.delivery.thresholds.threshold_rules import RunFigures, find_too_many_departed
from supporters.delivery.thresholds.threshold_settings import find_thresholds


def count_departed(campaign_id: int) -> int:
    """Return how many people left because of a campaign."""
    return count_departures([campaign_id]).get(campaign_id, 0)


def get_run_figures(campaign: Campaign, *, disputed: int) -> RunFigures:
    """Return what a campaign did so far. The cases know how many people dispute it."""
    progress, returned = get_progress(campaign.id), list_returns([campaign.id])[campaign.id]
    dead = count_bounces(returned, Weight.DEAD)
    return RunFigures(
        accepted=progress.accepted - dead,
        refused=progress.refused + dead,
        departed=count_departed(campaign.id),
        disputed=disputed,
        complained=returned[COMPLAINTS],
    )


def watch_departures(now: datetime) -> None:
    """Pause each running campaign that too many people leave."""
    for campaign_id in [each.id for each in list_running_campaigns()]:
        with transaction():
            campaign = find_campaign(campaign_id, for_update=True)
            if campaign is not None and campaign.status is CampaignStatus.RUNNING:
                _judge(campaign, now)


def _judge(campaign: Campaign, now: datetime) -> None:
    """Pause a campaign by its departures. After somebody resumes it, only new ones count."""
    departed = count_departed(campaign.id)
    measure = find_too_many_departed(
        departed=departed - campaign.known_left,
        accepted=get_progress(campaign.id).accepted,
        thresholds=find_thresholds(),
    )
    if measure is not None:
        pause_for_threshold(campaign, measure, now)
        campaign.known_left = departed
