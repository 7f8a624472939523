"""The moves between the statuses of an email in the outbox.

A worker whose lease is over may report a result late: another worker may have claimed the email by
then, or ended it.
"""

from enum import Enum, auto

from supporters.mail.models import EmailStatus
from supporters.transitions import StateMachine, Transition


class EmailMove(Enum):
    """The steps of an email in the outbox.

    CLAIM: a worker takes it, or takes it over when a lease is over. PUT_BACK: it waits for its
    next attempt. ACCEPT: the mail server has it, whatever was recorded before.
    """

    CLAIM = auto()
    PUT_BACK = auto()
    ACCEPT = auto()
    GIVE_UP = auto()


OPEN = frozenset({EmailStatus.QUEUED, EmailStatus.SENDING})

EMAIL_STATES = StateMachine(
    {
        EmailMove.CLAIM: Transition(OPEN, EmailStatus.SENDING),
        EmailMove.PUT_BACK: Transition(OPEN, EmailStatus.QUEUED),
        EmailMove.ACCEPT: Transition(OPEN | {EmailStatus.GIVEN_UP}, EmailStatus.SENT),
        EmailMove.GIVE_UP: Transition(OPEN, EmailStatus.GIVEN_UP),
    }
)
