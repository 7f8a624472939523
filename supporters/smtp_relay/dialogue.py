"""The SMTP dialogue with the relay: commands, replies, and their meaning.

If a server can pipeline (RFC 2920), the envelope of the next message goes with the end of the
present one. The point at which a connection is lost matters: before the body the server has
nothing, from then on the result is unknown (RFC 1047).
"""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import NoReturn, Protocol

from supporters.smtp import CLOSING
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply, Stage, outcome_of_code
from supporters.smtp_relay.wire import DATA, ConnectionClosed, ConnectionUnusable, Envelope, Wire

GO_ON = 354
ACCEPTED, DEFERRED, REFUSED = 2, 4, 5  # first digits (RFC 5321 section 4.2.1)
CLEAR_ANSWERS = {ACCEPTED, DEFERRED, REFUSED}
REFUSALS = {DEFERRED, REFUSED}
INTERRUPTED = "interrupted"
DOT = b".\r\n"
RSET = b"RSET\r\n"
QUIT = b"QUIT\r\n"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message to send: its envelope, and its bytes.

    The bytes have CRLF line ends, are dot-stuffed, and end in CRLF, without the final dot.
    """

    sender: str
    recipient: str
    content: bytes


class DeliveryListener(Protocol):
    """Records a dialogue."""

    def before_body(self, message: OutgoingMessage) -> bool:
        """Tell whether the body may be sent now; if not, nothing after it is sent either."""

    def on_reply(self, message: OutgoingMessage, reply: RelayReply) -> None:
        """Take the result of an attempt: once, and in order, for every message that was taken."""


class Dialogue:
    """The dialogue of one delivery: each reply is the answer to one command.

    A reply that can't be that answer ends it (ConnectionUnusable), as does a lost connection
    (ConnectionClosed).
    """

    _wire: Wire

    def __init__(self, messages: Iterator[OutgoingMessage], listener: DeliveryListener) -> None:
        self.was_answered = False  # over the present wire
        self.has_taken_some = False
        self._messages = messages
        self._listener = listener
        self._taken: deque[OutgoingMessage] = deque()  # not settled yet; at most two
        self._is_body_under_way = False
        self._before_next = b""  # commands to send before the next envelope

    def hold(self, wire: Wire) -> None:
        """Send the messages over this wire."""
        self._wire = wire
        self.was_answered = self.has_taken_some = False
        self._before_next = b""
        may_pipeline = wire.capabilities.pipelining
        envelope = self._take_up()
        while envelope is not None:
            wire.write(self._before_next + (envelope.whole if may_pipeline else b""))
            while envelope is not None and self._may_send_body(envelope):
                envelope = self._send_body()
            envelope = self._take_up()
        if self._before_next:
            wire.write(self._before_next)
            self._read_earlier_replies()

    def has_next(self) -> bool:
        """Tell whether a message waits, or can be taken."""
        return bool(self._taken) or self._take()

    def settle_rest(self, problem: RelayReply | None) -> None:
        """Report the results of the messages that were open when the dialogue ended."""
        if not self._taken:
            return
        reply = problem or RelayReply(AttemptOutcome.NOT_TRIED, "", Stage.SESSION)
        if self._is_body_under_way:
            reply = replace(reply, outcome=AttemptOutcome.UNCERTAIN, code=reply.code or INTERRUPTED)
        try:
            self._settle(reply)
        finally:
            self.settle_rest(problem)

    def _settle(self, reply: RelayReply) -> None:
        self._is_body_under_way = False
        self._listener.on_reply(self._taken.popleft(), reply)

    def _take_up(self) -> Envelope | None:
        """Return the next envelope; messages beyond this server are rejected without asking it."""
        while self.has_next():
            envelope = self._address(self._taken[0])
            if isinstance(envelope, Envelope):
                return envelope
            self._settle(RelayReply(AttemptOutcome.REFUSED, envelope, Stage.MAIL))
        return None

    def _look_ahead(self) -> Envelope | None:
        """Return the envelope that goes with the end of the present body, if there is one."""
        if not self._wire.capabilities.pipelining or not self._take():
            return None
        envelope = self._address(self._taken[-1])
        return envelope if isinstance(envelope, Envelope) else None

    def _take(self) -> bool:
        message = next(self._messages, None)
        if message is None:
            return False
        self._taken.append(message)
        return True

    def _address(self, message: OutgoingMessage) -> Envelope | str:
        capabilities = self._wire.capabilities
        return capabilities.address(message.sender, message.recipient, content=message.content)

    def _ask(self, stage: Stage, command: bytes, seconds: float) -> int:
        """Return the reply to a command; if we pipeline, the command is sent already."""
        self._wire.stage = stage
        if not self._wire.capabilities.pipelining:
            self._wire.write(command)
        return self._wire.read(seconds)

    def _may_send_body(self, envelope: Envelope) -> bool:
        """Tell whether the body may follow; if not, the attempt is settled."""
        if self._before_next:
            self._read_earlier_replies()
        timeouts = self._wire.timeouts
        code = self._ask(Stage.MAIL, envelope.mail, timeouts.mail)
        if code // 100 != ACCEPTED:
            self._leave(code)
        self.was_answered = True
        code = self._ask(Stage.RCPT, envelope.rcpt, timeouts.rcpt)
        if code // 100 != ACCEPTED:
            self._settle_refusal(code)
            self._before_next = RSET
            if self._wire.capabilities.pipelining:
                self._skip_body()
            return False
        code = self._ask(Stage.DATA, DATA, timeouts.data)
        if code == GO_ON:
            return True
        self._settle_refusal(code)
        self._before_next = RSET
        return False

    def _settle_refusal(self, code: int) -> None:
        """Settle a message by the reply to RCPT or DATA."""
        outcome = AttemptOutcome.REFUSED if code // 100 == REFUSED else AttemptOutcome.DEFERRED
        self._settle(replace(self._wire.problem_of(code), outcome=outcome))
        self._insist_on(code, REFUSALS)

    def _skip_body(self) -> None:
        """Go on after a refused recipient: a server that waits for a body gets an empty one.

        Without a recipient it goes to nobody (RFC 2920 section 3.1).
        """
        code = self._wire.read(self._wire.timeouts.data)
        if code == GO_ON:
            self._before_next = DOT + RSET
            return
        self._insist_on(code, REFUSALS)

    def _read_earlier_replies(self) -> None:
        """Read the replies to the commands before the envelope."""
        said, self._before_next = self._before_next, b""
        timeouts = self._wire.timeouts
        self._wire.stage = Stage.BETWEEN
        if said.startswith(DOT):
            self._insist_on(self._wire.read(timeouts.dot), CLEAR_ANSWERS)
        self._insist_on(self._wire.read(timeouts.mail), {ACCEPTED})

    def _leave(self, code: int) -> NoReturn:
        """End the dialogue with a server that refuses us, and not the message."""
        problem = self._wire.problem_of(code)
        if code == CLOSING:
            raise ConnectionClosed(problem)
        if code // 100 in REFUSALS:
            with suppress(ConnectionUnusable):
                self._leave_in_step()
        raise ConnectionUnusable(problem)

    def _leave_in_step(self) -> None:
        wire = self._wire
        if wire.capabilities.pipelining:
            rcpt, data = wire.read(wire.timeouts.rcpt), wire.read(wire.timeouts.data)
            if data == GO_ON:
                self._insist_on(rcpt, REFUSALS)  # an empty message would reach a recipient
                wire.write(DOT)
                wire.read(wire.timeouts.dot)
        wire.write(QUIT)

    def _send_body(self) -> Envelope | None:
        """Send the body, and with its end the next envelope; return that envelope."""
        message, upcoming = self._taken[0], self._look_ahead()
        if self._wire.has_unread:
            raise ConnectionUnusable(self._wire.no_answer("unasked reply"))
        if not self._listener.before_body(message):
            raise ConnectionUnusable(None)
        self._is_body_under_way, self._wire.stage = True, Stage.BODY
        self._wire.write(message.content + DOT + (upcoming.whole if upcoming else b""))
        code = self._wire.read(self._wire.timeouts.dot)
        if code // 100 not in CLEAR_ANSWERS:
            problem = self._wire.no_answer(f"answer {code}")
            self._settle(replace(problem, outcome=AttemptOutcome.UNCERTAIN))
            raise ConnectionUnusable(problem)
        self._settle(self._judge(code))
        if code == CLOSING:
            raise ConnectionClosed(self._wire.problem_of(code))
        return upcoming

    def _judge(self, code: int) -> RelayReply:
        """Return the result of an attempt by the server's answer to the body."""
        if code // 100 == ACCEPTED:
            self.has_taken_some = True
            return _acceptance(code)
        return replace(self._wire.problem_of(code), outcome=outcome_of_code(code))

    def _insist_on(self, code: int, first_digits: set[int]) -> None:
        """Raise ConnectionUnusable unless a reply allows the dialogue to go on."""
        if code == CLOSING:
            raise ConnectionClosed(self._wire.problem_of(code))
        if code // 100 not in first_digits:
            raise ConnectionUnusable(self._wire.no_answer(f"answer {code}"))


@cache
def _acceptance(code: int) -> RelayReply:
    return RelayReply(AttemptOutcome.ACCEPTED, str(code))
