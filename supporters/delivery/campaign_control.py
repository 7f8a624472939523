"""Pauses, resumes and cancels a campaign; claimed emails stop within a second."""

from datetime import datetime
from enum import Enum, auto

import structlog

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_campaign, find_silence_of
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.database import in_transaction, transaction, use_case
from supporters.delivery.completion import finish_if_done
from supporters.delivery.database_clock import database_time
from supporters.delivery.problems import ProblemKind, is_paused_by_itself, is_refused
from supporters.delivery.progress import get_progress
from supporters.delivery.relay_refusals import requeue_refused, reset_answers
from supporters.extensions import queue

log = structlog.get_logger(__name__)
ACT_OF_MOVE = {
    CampaignMove.PAUSE: CampaignAct.PAUSED,
    CampaignMove.RESUME: CampaignAct.RESUMED,
    CampaignMove.CANCEL: CampaignAct.CANCELLED,
}


class ControlResult(Enum):
    """The result of an order.

    MAY_REPEAT: a backup was put back while the campaign was being sent, so people may get it twice.
    To go on, the caller must give the number of people who would get it now.
    SILENT: there is electoral silence for a list of the campaign.
    """

    DONE = auto()
    UNKNOWN = auto()
    NOT_NOW = auto()
    MAY_REPEAT = auto()
    SILENT = auto()


def pause_campaign(campaign_id: int) -> ControlResult:
    """Pause a running campaign."""
    return _move(campaign_id, CampaignMove.PAUSE)


def resume_campaign(campaign_id: int, *, again_to: int | None = None) -> ControlResult:
    """Resume a paused campaign, or end it if its last emails were sent while it was paused.

    `again_to` is the number of people who may get it twice after a restored backup.
    """
    campaign = find_campaign(campaign_id)
    if campaign is not None and is_refused(campaign.problem):
        requeue_refused(campaign_id, database_time())
    result = _move(campaign_id, CampaignMove.RESUME, again_to=again_to)
    if result is ControlResult.DONE:
        finish_if_done(campaign_id)
    return result


@use_case
def pause_altered(campaign_id: int) -> None:
    """Pause a campaign whose stored version was altered, until a person has looked into it."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is not None and CAMPAIGN_STATES.allows(campaign.status, CampaignMove.PAUSE):
        apply_move(campaign, CampaignMove.PAUSE, clock.now())
        campaign.problem, campaign.problem_at = f"{ProblemKind.VERSION}:", clock.now()


def cancel_campaign(campaign_id: int) -> ControlResult:
    """End a campaign for good: a job skips the emails that weren't sent."""
    result = _move(campaign_id, CampaignMove.CANCEL)
    if result is ControlResult.DONE:
        queue.later("skip_rest_of_cancelled")
    return result


@in_transaction
def apply_move(campaign: Campaign, move: CampaignMove, now: datetime) -> None:
    """Move a locked campaign if its status allows it.

    A person who resumes it answers its problem, a restored backup included.
    """
    CAMPAIGN_STATES.transition(campaign, move)
    if move is CampaignMove.CANCEL:
        campaign.finished_at = now
    if move is CampaignMove.RESUME:
        reset_answers(campaign)
        campaign.restored_at = None
        if is_paused_by_itself(campaign.problem):
            campaign.problem = campaign.problem_at = None


def count_unsent(campaign_id: int) -> int:
    """Return how many people don't have a campaign, as far as the ledger knows."""
    progress = get_progress(campaign_id)
    return progress.audience - progress.settled


def _move(campaign_id: int, move: CampaignMove, *, again_to: int | None = None) -> ControlResult:
    with transaction():
        campaign = find_campaign(campaign_id, for_update=True)
        if campaign is None:
            return ControlResult.UNKNOWN
        if not CAMPAIGN_STATES.allows(campaign.status, move):
            return ControlResult.NOT_NOW
        if move is CampaignMove.RESUME and find_silence_of(campaign_id, clock.now()):
            return ControlResult.SILENT
        is_restored = move is CampaignMove.RESUME and campaign.restored_at is not None
        if is_restored and again_to != count_unsent(campaign_id):
            return ControlResult.MAY_REPEAT
        apply_move(campaign, move, clock.now())
        record_team_act(ACT_OF_MOVE[move], campaign_id)
    log.info("campaign.moved", campaign=campaign_id, move=move.value)
    return ControlResult.DONE
