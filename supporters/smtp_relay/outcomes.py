"""The results of an attempt to send a message, and how a mail server's answer decides on them."""

from enum import Enum, auto

from supporters.smtp_replies import PERMANENT_FROM


class AttemptOutcome(Enum):
    """The result of one attempt to send a message.

    UNCERTAIN: the connection was lost when the server may have taken the message already (RFC
    1047). NOT_TRIED: the server was out of reach, or refused us and not the message.
    """

    ACCEPTED = auto()
    DEFERRED = auto()
    REFUSED = auto()
    UNCERTAIN = auto()
    NOT_TRIED = auto()


def outcome_of_code(code: int) -> AttemptOutcome:
    """Judge a reply by its first digit (RFC 5321 section 4.2.1); else try again."""
    if code // 100 == 2:
        return AttemptOutcome.ACCEPTED
    return (
        AttemptOutcome.REFUSED
        if PERMANENT_FROM <= code < PERMANENT_FROM + 100
        else AttemptOutcome.DEFERRED
    )
