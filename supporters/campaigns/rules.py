"""The states of a campaign and the moves between them."""

from enum import StrEnum


class CampaignStatus(StrEnum):
    """Where a campaign is on its way."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What an organiser, or the end of the work, does to a campaign."""

    EDIT = "edit"
    LAUNCH = "launch"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    FINISH = "finish"


MOVES = {
    (CampaignStatus.DRAFT, Move.EDIT): CampaignStatus.DRAFT,
    (CampaignStatus.DRAFT, Move.LAUNCH): CampaignStatus.RUNNING,
    (CampaignStatus.RUNNING, Move.PAUSE): CampaignStatus.PAUSED,
    (CampaignStatus.PAUSED, Move.RESUME): CampaignStatus.RUNNING,
    (CampaignStatus.RUNNING, Move.CANCEL): CampaignStatus.CANCELLED,
    (CampaignStatus.PAUSED, Move.CANCEL): CampaignStatus.CANCELLED,
    (CampaignStatus.RUNNING, Move.FINISH): CampaignStatus.SENT,
}


def may_move(status: CampaignStatus, move: Move) -> bool:
    """Tell whether a campaign in this state allows the move."""
    return (status, move) in MOVES


def state_after(status: CampaignStatus, move: Move) -> CampaignStatus:
    """Return the state that a move leads to. Raises KeyError for a move that isn't allowed."""
    return MOVES[status, move]
