"""Pauses a campaign if a withdrawal was hidden since its launch: checked with every claim."""

from datetime import datetime, timedelta

import structlog

from supporters.audit.hidden_withdrawals import list_hidden_withdrawals
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.database import in_transaction
from supporters.delivery.campaign_control import apply_move
from supporters.delivery.problems import ProblemKind

log = structlog.get_logger(__name__)
MARGIN = timedelta(minutes=10)  # for the clocks of several machines


@in_transaction
def pause_if_withdrawal_hidden(campaign_id: int, launched_at: datetime, now: datetime) -> bool:
    """Pause a campaign if a withdrawal was hidden since its launch; tell whether one was.

    It runs in the transaction of a claim. The launch has checked everything older.
    """
    hidden = list_hidden_withdrawals(now, since=launched_at - MARGIN)
    if not hidden:
        return False
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is not None and CAMPAIGN_STATES.allows(campaign.status, CampaignMove.PAUSE):
        apply_move(campaign, CampaignMove.PAUSE, now)
        campaign.problem = f"{ProblemKind.LOG}: {len(hidden)}"
        campaign.problem_at = now
        log.error("campaign.log_altered", campaign=campaign_id, hidden=[*map(str, hidden)])
    return True
