"""The moves between the statuses of a mailing list."""

from enum import StrEnum

from supporters.lists.models import ListStatus
from supporters.transitions import StateMachine, Transition


class ListMove(StrEnum):
    """The moves of a list. A list that was open is never a draft again."""

    OPEN = "open"
    CLOSE = "close"


LIST_STATES = StateMachine(
    {
        ListMove.OPEN: Transition({ListStatus.DRAFT, ListStatus.CLOSED}, ListStatus.OPEN),
        ListMove.CLOSE: Transition({ListStatus.OPEN}, ListStatus.CLOSED),
    }
)
