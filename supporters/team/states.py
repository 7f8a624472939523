"""The moves of a request for a right."""

from enum import StrEnum

from supporters.accounts.models import RightRequestStatus
from supporters.transitions import StateMachine, Transition


class RightRequestMove(StrEnum):
    """The moves of a request. LAPSE: nobody decided in time, or the account lost its role."""

    GRANT = "grant"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


OPEN = {RightRequestStatus.OPEN}
RIGHT_REQUEST_STATES = StateMachine(
    {
        RightRequestMove.GRANT: Transition(OPEN, RightRequestStatus.GRANTED),
        RightRequestMove.DECLINE: Transition(OPEN, RightRequestStatus.DECLINED),
        RightRequestMove.WITHDRAW: Transition(OPEN, RightRequestStatus.WITHDRAWN),
        RightRequestMove.LAPSE: Transition(OPEN, RightRequestStatus.LAPSED),
    }
)
