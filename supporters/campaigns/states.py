"""The moves between the statuses of a campaign, and what each status allows."""

from enum import StrEnum

from supporters.campaigns.models import CampaignStatus
from supporters.transitions import StateMachine, Transition


class CampaignMove(StrEnum):
    """The moves of a campaign, by an organiser or by the sending.

    ASK: for approval of the text as it is now. VOID: the text was changed, or a backup was put
    back, so that the approval counts no more. WITHDRAW: the request or the approval is taken back.
    SCHEDULE: it leaves at an hour, or at another one than before. UNSCHEDULE: it is approved, and
    leaves at no hour. TAKE_BACK: somebody stopped a launch before its first email.
    FINISH: every email is settled. REOPEN: a worker that was taken for dead returns emails to a
    campaign that was finished without them. TRASH: a draft goes into the trash. TAKE_OUT: it comes
    back.
    """

    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    VOID = "void"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    LAUNCH = "launch"
    TAKE_BACK = "take_back"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    FINISH = "finish"
    REOPEN = "reopen"
    TRASH = "trash"
    TAKE_OUT = "take_out"


FROZEN = frozenset(
    {CampaignStatus.AWAITING_APPROVAL, CampaignStatus.APPROVED, CampaignStatus.SCHEDULED}
)
TO_LAUNCH = frozenset({CampaignStatus.DRAFT, CampaignStatus.APPROVED, CampaignStatus.SCHEDULED})
EDITABLE = FROZEN | {CampaignStatus.DRAFT}
UNFINISHED = frozenset({CampaignStatus.RUNNING, CampaignStatus.PAUSED})
LAUNCHED = UNFINISHED | {CampaignStatus.SENT, CampaignStatus.CANCELLED}


class CampaignGroup(StrEnum):
    """The campaigns that the console shows together, by what is to be done with them."""

    ALL = "all"
    DRAFTS = "drafts"
    WAITING = "waiting"
    PLANNED = "planned"
    SENDING = "sending"
    ENDED = "ended"


STATUSES_OF_GROUPS = {
    CampaignGroup.ALL: frozenset(CampaignStatus) - {CampaignStatus.TRASHED},
    CampaignGroup.DRAFTS: frozenset({CampaignStatus.DRAFT}),
    CampaignGroup.WAITING: FROZEN - {CampaignStatus.SCHEDULED},
    CampaignGroup.PLANNED: frozenset({CampaignStatus.SCHEDULED}),
    CampaignGroup.SENDING: UNFINISHED,
    CampaignGroup.ENDED: frozenset({CampaignStatus.SENT, CampaignStatus.CANCELLED}),
}
CAMPAIGN_STATES = StateMachine(
    {
        CampaignMove.ASK: Transition({CampaignStatus.DRAFT}, CampaignStatus.AWAITING_APPROVAL),
        CampaignMove.APPROVE: Transition(
            {CampaignStatus.AWAITING_APPROVAL}, CampaignStatus.APPROVED
        ),
        CampaignMove.REJECT: Transition({CampaignStatus.AWAITING_APPROVAL}, CampaignStatus.DRAFT),
        CampaignMove.WITHDRAW: Transition(FROZEN, CampaignStatus.DRAFT),
        CampaignMove.VOID: Transition(FROZEN, CampaignStatus.DRAFT),
        CampaignMove.SCHEDULE: Transition(TO_LAUNCH, CampaignStatus.SCHEDULED),
        CampaignMove.UNSCHEDULE: Transition({CampaignStatus.SCHEDULED}, CampaignStatus.APPROVED),
        CampaignMove.LAUNCH: Transition(TO_LAUNCH, CampaignStatus.RUNNING),
        CampaignMove.TAKE_BACK: Transition(UNFINISHED, CampaignStatus.DRAFT),
        CampaignMove.PAUSE: Transition({CampaignStatus.RUNNING}, CampaignStatus.PAUSED),
        CampaignMove.RESUME: Transition({CampaignStatus.PAUSED}, CampaignStatus.RUNNING),
        CampaignMove.CANCEL: Transition(UNFINISHED, CampaignStatus.CANCELLED),
        CampaignMove.FINISH: Transition({CampaignStatus.RUNNING}, CampaignStatus.SENT),
        CampaignMove.REOPEN: Transition({CampaignStatus.SENT}, CampaignStatus.RUNNING),
        CampaignMove.TRASH: Transition({CampaignStatus.DRAFT}, CampaignStatus.TRASHED),
        CampaignMove.TAKE_OUT: Transition({CampaignStatus.TRASHED}, CampaignStatus.DRAFT),
    }
)


def may_edit(status: CampaignStatus) -> bool:
    """Tell whether the text of a campaign may be changed. A change voids its approval."""
    return status in EDITABLE


def may_get_hour(status: CampaignStatus) -> bool:
    """Tell whether a campaign needs no more than an hour: it was approved, or has an hour."""
    return is_frozen(status) and CAMPAIGN_STATES.allows(status, CampaignMove.SCHEDULE)


def may_delete(status: CampaignStatus) -> bool:
    """Tell whether a campaign may be put into the trash."""
    return status is CampaignStatus.DRAFT


def is_trashed(status: CampaignStatus) -> bool:
    """Tell whether a campaign is a draft in the trash."""
    return status is CampaignStatus.TRASHED


def is_frozen(status: CampaignStatus) -> bool:
    """Tell whether a campaign has a frozen version that waits for a decision or its launch."""
    return status in FROZEN


def has_ledger(status: CampaignStatus) -> bool:
    """Tell whether a campaign has an audience, and a ledger with the state of its emails."""
    return status in LAUNCHED
