"""The moves between the statuses of a DKIM key."""

from enum import Enum, auto

from supporters.mail.dkim.models import KeyStatus
from supporters.transitions import StateMachine, Transition


class KeyMove(Enum):
    """The steps of a key. REPLACE: another one of its domain signs from now on."""

    ACTIVATE = auto()
    REPLACE = auto()
    RETIRE = auto()


KEY_STATES = StateMachine(
    {
        KeyMove.ACTIVATE: Transition({KeyStatus.WAITING}, KeyStatus.ACTIVE),
        KeyMove.REPLACE: Transition({KeyStatus.ACTIVE}, KeyStatus.REPLACED),
        KeyMove.RETIRE: Transition({*KeyStatus} - {KeyStatus.RETIRED}, KeyStatus.RETIRED),
    }
)
