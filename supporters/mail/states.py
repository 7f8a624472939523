"""The moves between the statuses of a letter in the outbox.

A sender whose lease is over may tell late what became of its attempt: another one may have the
letter by then, or may have ended it.
"""

from enum import Enum, auto

from supporters.mail.models import LetterStatus
from supporters.transitions import StateMachine, Transition


class LetterMove(Enum):
    """What the senders do to a letter.

    CLAIM: one of them takes it, or takes it over when a lease is over. PUT_BACK: it waits for its
    next attempt. ACCEPT: the mail server has it, whatever was believed before.
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
