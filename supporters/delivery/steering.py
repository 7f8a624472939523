"""Pauses, resumes and cancels a campaign; effective before the next batch is claimed."""

from enum import Enum, auto

import structlog

from supporters import clock
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.rules import Move, may_move, state_after
from supporters.database import transaction
from supporters.delivery.finishing import finish_if_done, skip_the_rest
from supporters.delivery.lanes import find_due_batch, start_lanes

log = structlog.get_logger(__name__)


class Steered(Enum):
    """What came of an order."""

    DONE = auto()
    UNKNOWN = auto()
    NOT_NOW = auto()


def pause_campaign(campaign_id: int) -> Steered:
    """Hold a running campaign; the mails of a claimed batch, two seconds at most, still leave."""
    return _move(campaign_id, Move.PAUSE)


def resume_campaign(campaign_id: int) -> Steered:
    """Go on with a paused campaign, or end it if its last mails left while it was paused."""
    steered = _move(campaign_id, Move.RESUME)
    if steered is Steered.DONE and not finish_if_done(campaign_id):
        first = find_due_batch(campaign_id, after=0, step=1)
        if first is not None:
            start_lanes(campaign_id, first_batch=first)
    return steered


def cancel_campaign(campaign_id: int) -> Steered:
    """End a campaign for good: what hasn't left is skipped."""
    return _move(campaign_id, Move.CANCEL)


def _move(campaign_id: int, move: Move) -> Steered:
    with transaction():
        campaign = find_campaign(campaign_id, for_update=True)
        if campaign is None:
            return Steered.UNKNOWN
        if not may_move(campaign.status, move):
            return Steered.NOT_NOW
        campaign.status = state_after(campaign.status, move)
        if move is Move.CANCEL:
            campaign.finished_at = clock.now()
            skip_the_rest(campaign_id)
    log.info("campaign.moved", campaign=campaign_id, move=move.value)
    return Steered.DONE
