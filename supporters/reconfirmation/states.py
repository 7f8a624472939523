"""The moves of a consent change."""

from enum import Enum, auto

from supporters.reconfirmation.models import ConsentChangeStatus
from supporters.transitions import StateMachine, Transition


class ConsentChangeMove(Enum):
    """A move of a consent change. LAPSE: nobody agreed in time, or it can't be done any more."""

    AGREE = auto()
    APPLY = auto()
    CANCEL = auto()
    LAPSE = auto()


WAITING = {ConsentChangeStatus.OPEN, ConsentChangeStatus.AGREED}
CONSENT_CHANGE_STATES = StateMachine(
    {
        ConsentChangeMove.AGREE: Transition({ConsentChangeStatus.OPEN}, ConsentChangeStatus.AGREED),
        ConsentChangeMove.APPLY: Transition({ConsentChangeStatus.AGREED}, ConsentChangeStatus.DONE),
        ConsentChangeMove.CANCEL: Transition(WAITING, ConsentChangeStatus.CANCELLED),
        ConsentChangeMove.LAPSE: Transition(WAITING, ConsentChangeStatus.LAPSED),
    }
)
