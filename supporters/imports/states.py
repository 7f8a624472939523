"""The moves between the statuses of an import and of its invitations."""

from enum import Enum, auto

from supporters.imports.models import ImportStatus, InvitationStatus
from supporters.transitions import StateMachine, Transition


class ImportMove(Enum):
    """What an owner, or the work itself, does to an import.

    DECLARE: its provenance is stated, so it is checked. BEGIN_ASKING: its invitations are made.
    END: nobody is left to ask or to wait for.
    """

    DECLARE = auto()
    END_CHECK = auto()
    ASK_FOR_APPROVAL = auto()
    APPROVE = auto()
    BEGIN_ASKING = auto()
    HOLD = auto()
    RESUME = auto()
    END = auto()
    CANCEL = auto()


class InvitationMove(Enum):
    """What becomes of an invitation: its email is written, then the mail server has it."""

    ASK = auto()
    SEND = auto()


AT_WORK = frozenset({ImportStatus.CHECKING, ImportStatus.MAKING})
UNFINISHED = frozenset({ImportStatus.DRAFT, ImportStatus.CHECKED, ImportStatus.WAITING})
ENDED = frozenset({ImportStatus.DONE, ImportStatus.CANCELLED})
IMPORT_STATES = StateMachine(
    {
        ImportMove.DECLARE: Transition({ImportStatus.DRAFT}, ImportStatus.CHECKING),
        ImportMove.END_CHECK: Transition({ImportStatus.CHECKING}, ImportStatus.CHECKED),
        ImportMove.ASK_FOR_APPROVAL: Transition({ImportStatus.CHECKED}, ImportStatus.WAITING),
        ImportMove.APPROVE: Transition({ImportStatus.WAITING}, ImportStatus.MAKING),
        ImportMove.BEGIN_ASKING: Transition({ImportStatus.MAKING}, ImportStatus.ASKING),
        ImportMove.HOLD: Transition({ImportStatus.ASKING}, ImportStatus.HELD),
        ImportMove.RESUME: Transition({ImportStatus.HELD}, ImportStatus.ASKING),
        ImportMove.END: Transition({ImportStatus.ASKING, ImportStatus.HELD}, ImportStatus.DONE),
        ImportMove.CANCEL: Transition(frozenset(ImportStatus) - ENDED, ImportStatus.CANCELLED),
    }
)
INVITATION_STATES = StateMachine(
    {
        InvitationMove.ASK: Transition({InvitationStatus.WAITING}, InvitationStatus.LEAVING),
        InvitationMove.SEND: Transition({InvitationStatus.LEAVING}, InvitationStatus.SENT),
    }
)


def may_describe(status: ImportStatus) -> bool:
    """Tell whether the columns and the provenance of an import may still be stated."""
    return status is ImportStatus.DRAFT
