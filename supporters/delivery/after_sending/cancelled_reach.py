"""Tells how far a cancelled campaign came."""

from typing import NamedTuple

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.delivery.progress import get_progress


class CancelledReach(NamedTuple):
    """How many people got a cancelled campaign, of how many, and how many its end left out."""

    accepted: int
    audience: int
    cancelled: int


def find_cancelled_reach(campaign: Campaign) -> CancelledReach | None:
    """Return how far a cancelled campaign came; None for any other campaign."""
    if campaign.status is not CampaignStatus.CANCELLED:
        return None
    progress = get_progress(campaign.id)
    return CancelledReach(progress.accepted, progress.audience, progress.cancelled)
