"""The moves between the statuses of a campaign, and what each status allows."""

from enum import StrEnum

from supporters.campaigns.models import CampaignStatus
from supporters.transitions import StateMachine, Transition


class CampaignMove(StrEnum):
    """The moves of a campaign, by an organiser or by the sending.

    FINISH: every email is settled. REOPEN: a worker that was taken for dead returns emails to a
    campaign that was finished without them.
    """

    LAUNCH = "launch"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    FINISH = "finish"
    REOPEN = "reopen"


UNFINISHED = frozenset({CampaignStatus.RUNNING, CampaignStatus.PAUSED})
LAUNCHED = UNFINISHED | {CampaignStatus.SENT, CampaignStatus.CANCELLED}

CAMPAIGN_STATES = StateMachine(
    {
        CampaignMove.LAUNCH: Transition({CampaignStatus.DRAFT}, CampaignStatus.RUNNING),
        CampaignMove.PAUSE: Transition({CampaignStatus.RUNNING}, CampaignStatus.PAUSED),
        CampaignMove.RESUME: Transition({CampaignStatus.PAUSED}, CampaignStatus.RUNNING),
        CampaignMove.CANCEL: Transition(UNFINISHED, CampaignStatus.CANCELLED),
        CampaignMove.FINISH: Transition({CampaignStatus.RUNNING}, CampaignStatus.SENT),
        CampaignMove.REOPEN: Transition({CampaignStatus.SENT}, CampaignStatus.RUNNING),
    }
)


def may_edit(status: CampaignStatus) -> bool:
    """Tell whether a campaign may be changed or deleted."""
    return status is CampaignStatus.DRAFT


def has_ledger(status: CampaignStatus) -> bool:
    """Tell whether a campaign has an audience, and a ledger with the state of its emails."""
    return status in LAUNCHED
