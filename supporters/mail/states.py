"""The moves between the statuses of an email in the outbox.

A worker whose lease is over may report a result late: another worker may have claimed the email by
then, or ended it.
"""

from enum import Enum, auto

from supporters.mail.models import LetterStatus
from supporters.transitions import StateMachine, Transition


class LetterMove(Enum):
    """The steps of an email in the outbox.

    CLAIM: a worker takes it, or takes it over when a lease is over. PUT_BACK: it waits for its
    next attempt. ACCEPT: the mail server has it, whatever was recorded before.
    """

    CLAIM = auto()
    PUT_BACK = auto()
    ACCEPT = auto()
    GIVE_UP = auto()


OPEN = frozenset({LetterStatus.QUEUED, LetterStatus.SENDING})

LETTER_STATES = StateMachine(
    {
        LetterMove.CLAIM: Transition(OPEN, LetterStatus.SENDING),
        LetterMove.PUT_BACK: Transition(OPEN, LetterStatus.QUEUED),
        LetterMove.ACCEPT: Transition(OPEN | {LetterStatus.GIVEN_UP}, LetterStatus.SENT),
        LetterMove.GIVE_UP: Transition(OPEN, LetterStatus.GIVEN_UP),
    }
)
