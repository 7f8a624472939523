"""The moves between the statuses of a breach, and of the notice to the people it affects."""

from enum import Enum, auto

from supporters.breaches.models import BreachNoticeStatus, BreachStatus
from supporters.transitions import StateMachine, Transition


class BreachMove(Enum):
    """The moves of a breach.

    NOTIFY: the authority was told. DISMISS: it need not be told, because people run no risk.
    """

    NOTIFY = auto()
    DISMISS = auto()
    CLOSE = auto()
    REOPEN = auto()


class BreachNoticeMove(Enum):
    """The moves of a notice.

    CHANGE: its text changed, or more people are affected. VOID: the database may be a backup, so
    somebody must look at the number of people again.
    """

    CHANGE = auto()
    APPROVE = auto()
    VOID = auto()
    FINISH = auto()


DECIDED = frozenset({BreachStatus.NOTIFIED, BreachStatus.NOT_NOTIFIABLE})

BREACH_STATES = StateMachine(
    {
        BreachMove.NOTIFY: Transition(
            {BreachStatus.OPEN, BreachStatus.NOT_NOTIFIABLE}, BreachStatus.NOTIFIED
        ),
        BreachMove.DISMISS: Transition({BreachStatus.OPEN}, BreachStatus.NOT_NOTIFIABLE),
        BreachMove.CLOSE: Transition(DECIDED, BreachStatus.CLOSED),
        BreachMove.REOPEN: Transition({BreachStatus.CLOSED}, BreachStatus.OPEN),
    }
)

BREACH_NOTICE_STATES = StateMachine(
    {
        BreachNoticeMove.CHANGE: Transition(
            {BreachNoticeStatus.AWAITING_APPROVAL, BreachNoticeStatus.SENT},
            BreachNoticeStatus.AWAITING_APPROVAL,
        ),
        BreachNoticeMove.APPROVE: Transition(
            {BreachNoticeStatus.AWAITING_APPROVAL}, BreachNoticeStatus.SENDING
        ),
        BreachNoticeMove.VOID: Transition(
            {BreachNoticeStatus.SENDING}, BreachNoticeStatus.AWAITING_APPROVAL
        ),
        BreachNoticeMove.FINISH: Transition({BreachNoticeStatus.SENDING}, BreachNoticeStatus.SENT),
    }
)
