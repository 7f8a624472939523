"""The transitions of an import and of its invitations."""

from enum import Enum, auto

from supporters.imports.models import ImportStatus, InvitationStatus
from supporters.transitions import StateMachine, Transition


class ImportMove(Enum):
    """A transition of an import, by an owner or by the worker.

    DECLARE: an owner states the provenance, and the dry run starts. START_SENDING: the invitations
    are stored. END: there is no invitation to send and no answer to wait for.
    """

    DECLARE = auto()
    END_DRY_RUN = auto()
    REQUEST_APPROVAL = auto()
    APPROVE = auto()
    START_SENDING = auto()
    HOLD = auto()
    RESUME = auto()
    END = auto()
    CANCEL = auto()


class InvitationMove(Enum):
    """A transition of an invitation: into the outbox, then to the mail server."""

    QUEUE = auto()
    SEND = auto()


IN_PROCESS = frozenset({ImportStatus.CHECKING, ImportStatus.MAKING})
UNFINISHED = frozenset({ImportStatus.DRAFT, ImportStatus.CHECKED, ImportStatus.WAITING})
ENDED = frozenset({ImportStatus.DONE, ImportStatus.CANCELLED})
IMPORT_STATES = StateMachine(
    {
        ImportMove.DECLARE: Transition({ImportStatus.DRAFT}, ImportStatus.CHECKING),
        ImportMove.END_DRY_RUN: Transition({ImportStatus.CHECKING}, ImportStatus.CHECKED),
        ImportMove.REQUEST_APPROVAL: Transition({ImportStatus.CHECKED}, ImportStatus.WAITING),
        ImportMove.APPROVE: Transition({ImportStatus.WAITING}, ImportStatus.MAKING),
        ImportMove.START_SENDING: Transition({ImportStatus.MAKING}, ImportStatus.ASKING),
        ImportMove.HOLD: Transition({ImportStatus.ASKING}, ImportStatus.HELD),
        ImportMove.RESUME: Transition({ImportStatus.HELD}, ImportStatus.ASKING),
        ImportMove.END: Transition({ImportStatus.ASKING, ImportStatus.HELD}, ImportStatus.DONE),
        ImportMove.CANCEL: Transition(frozenset(ImportStatus) - ENDED, ImportStatus.CANCELLED),
    }
)
INVITATION_STATES = StateMachine(
    {
        InvitationMove.QUEUE: Transition({InvitationStatus.WAITING}, InvitationStatus.LEAVING),
        InvitationMove.SEND: Transition({InvitationStatus.LEAVING}, InvitationStatus.SENT),
    }
)


def may_change_columns(status: ImportStatus) -> bool:
    """Tell whether the columns and the provenance of an import may still change."""
    return status is ImportStatus.DRAFT
