"""The transitions of an import and of its invitations."""

from enum import Enum, auto

from supporters.imports.models import ImportStatus, InvitationStatus
from supporters.transitions import StateMachine, Transition


class ImportMove(Enum):
    """A transition of an import, by an owner or by the worker.

    DECLARE: an owner states the provenance, and the dry run starts. BEGIN_ASKING: the invitations
    are stored. END: there is no invitation to send and no answer to wait for.
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
    """A transition of an invitation: into the outbox, then to the mail server."""

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
    """Tell whether the columns and the provenance of an import may still change."""
    return status is ImportStatus.DRAFT
