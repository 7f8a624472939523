"""The result of an attempt to send a message: its outcome, the reply, its stage and its kind."""

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Self

from supporters.bounce_classes.classes import BounceClass
from supporters.smtp_replies import PERMANENT_FROM, refuses_us


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


class Stage(Enum):
    """The step of a session that a reply or a failure belongs to.

    SESSION: all before the message's envelope, as connecting and signing in. BODY: all from the
    body's first octet to the reply to its end. BETWEEN: two messages.
    """

    SESSION = "session"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"
    BETWEEN = "between"


class ReplyKind(Enum):
    """The kind of a reply, or of a failure instead of one.

    CLOSING: the server says 421, and closes the connection. HUNG_UP: it has closed it. FAILED: it
    is out of reach, too slow, or its reply is no answer.
    """

    ANSWER = auto()
    CLOSING = auto()
    HUNG_UP = auto()
    FAILED = auto()


ENVELOPE = {Stage.MAIL, Stage.RCPT, Stage.DATA}
ENDS_OF_CONNECTIONS = {ReplyKind.CLOSING, ReplyKind.HUNG_UP}


@dataclass(frozen=True)
class RelayReply:
    """The result of an attempt: the server's code, or the name of the failure.

    Two that are stored alike are equal. `bounce_class` is that of a refusal of a message: its words
    are known at the wire only.
    """

    outcome: AttemptOutcome
    code: str
    stage: Stage = field(default=Stage.BODY, compare=False)
    kind: ReplyKind = field(default=ReplyKind.ANSWER, compare=False)
    bounce_class: BounceClass | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """Return what a person reads of it: whether MAIL was refused matters, and the code."""
        is_reply = self.kind in {ReplyKind.ANSWER, ReplyKind.CLOSING}
        is_named = is_reply and self.stage is Stage.MAIL
        return f"{self.stage.value} {self.code}" if is_named else self.code

    @property
    def is_about_envelope(self) -> bool:
        """Whether it is the last that was heard after this message's envelope was begun."""
        return self.stage in ENVELOPE

    @property
    def is_closing(self) -> bool:
        """Whether the server says that it closes the connection."""
        return self.kind is ReplyKind.CLOSING

    @property
    def settles_a_message_and_closes(self) -> bool:
        """Whether the server answered one message with 421: the next may go another way."""
        return self.is_closing and self.stage in {Stage.RCPT, Stage.DATA, Stage.BODY}

    @property
    def refuses_us(self) -> bool:
        """Whether the server may refuse us with it, and not one mailbox."""
        is_refusal = self.outcome is not AttemptOutcome.ACCEPTED and self.kind is ReplyKind.ANSWER
        return is_refusal and refuses_us(self.code)

    def before_envelope(self) -> Self:
        """Return the same for a message that was not begun."""
        return replace(self, outcome=AttemptOutcome.NOT_TRIED, stage=Stage.SESSION)


def find_trouble(problem: RelayReply | None, *, has_taken_some: bool) -> RelayReply | None:
    """Return the problem by which a connection ended, if it is one.

    A relay that ends a connection after it took some messages has reached its limit for one. Many
    relays take a hundred or so on each, and more on the next.
    """
    is_usual = (
        problem is not None
        and has_taken_some
        and problem.stage is not Stage.SESSION
        and problem.kind in ENDS_OF_CONNECTIONS
    )
    return None if is_usual else problem


def outcome_of_code(code: int) -> AttemptOutcome:
    """Judge a reply by its first digit (RFC 5321 section 4.2.1); else try again."""
    if code // 100 == 2:
        return AttemptOutcome.ACCEPTED
    return (
        AttemptOutcome.REFUSED
        if PERMANENT_FROM <= code < PERMANENT_FROM + 100
        else AttemptOutcome.DEFERRED
    )
