"""Hands messages to the relay, one by one, and says how each attempt ended.

The steps of the dialogue are taken one at a time, so that a lost connection can be told apart:
before the body nothing was taken, during it nobody knows (RFC 1047).
"""

import re
import smtplib
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from supporters.delivery.rules import Outcome, outcome_of_code
from supporters.extensions import mailer
from supporters.smtp import SmtpConnection, SmtpSession

CLOSING = 421
GO_ON = 354
ANSWERS_TO_A_BODY = {2, 4, 5}  # RFC 5321 section 4.2.1; after anything else nobody knows
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True)
class Reply:
    """How an attempt ended: the code of the server, or the name of what went wrong."""

    outcome: Outcome
    code: str


class Transport(Protocol):
    """What the sender needs of a way to the relay."""

    def send(self, sender: str, recipient: str, message: bytes) -> Reply:
        """Try to hand over one message."""


class SmtpTransport:
    """One connection to the relay, through Flask-Mail, for the time of a batch."""

    def __init__(self) -> None:
        self._connection: SmtpConnection = mailer.connect()
        self._is_lost = False
        self._trouble = ""

    def __enter__(self) -> Self:
        try:
            self._connection.__enter__()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._lose(error)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.__exit__(kind, error, trace)

    def send(self, sender: str, recipient: str, message: bytes) -> Reply:
        """Try to hand over one message; once the connection is lost, nothing more is tried."""
        session = self._connection.host
        if self._is_lost or session is None:
            return Reply(Outcome.NOT_TRIED, self._trouble)
        try:
            reply = self._open_envelope(session, sender, recipient)
        except (OSError, smtplib.SMTPException) as error:
            self._lose(error)
            return Reply(Outcome.NOT_TRIED, self._trouble)
        if reply is not None:
            self._start_anew(session, reply)
            return reply
        return self._send_body(session, message)

    def _open_envelope(self, session: SmtpSession, sender: str, recipient: str) -> Reply | None:
        """Name the sender and the recipient; return the reply that ends the attempt, if any."""
        code, _ = session.mail(sender)
        if outcome_of_code(code) is not Outcome.ACCEPTED:
            self._is_lost = True
            self._trouble = f"MAIL {code}"
            return Reply(Outcome.NOT_TRIED, self._trouble)
        code, _ = session.rcpt(recipient)
        if outcome_of_code(code) is not Outcome.ACCEPTED:
            return Reply(outcome_of_code(code), str(code))
        code, _ = session.docmd("DATA")
        if code == GO_ON:
            return None
        is_refused = outcome_of_code(code) is Outcome.REFUSED
        return Reply(Outcome.REFUSED if is_refused else Outcome.DEFERRED, str(code))

    def _send_body(self, session: SmtpSession, message: bytes) -> Reply:
        """Send the message, whose lines end in CRLF, and its final dot."""
        try:
            session.send(LEADING_DOT.sub(b"..", message) + b".\r\n")
            code, _ = session.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._lose(error)
            return Reply(Outcome.UNCERTAIN, self._trouble)
        if code // 100 not in ANSWERS_TO_A_BODY:
            self._is_lost = True
            self._trouble = f"answer {code}"
            return Reply(Outcome.UNCERTAIN, self._trouble)
        reply = Reply(outcome_of_code(code), str(code))
        if code == CLOSING:
            self._start_anew(session, reply)
        return reply

    def _start_anew(self, session: SmtpSession, after: Reply) -> None:
        """Make ready for the next message; what was answered stands, even if this fails."""
        if self._is_lost:
            return
        if after.code == str(CLOSING):
            self._is_lost = True
            self._trouble = after.code
            session.close()
            return
        try:
            session.rset()
        except (OSError, smtplib.SMTPException) as error:
            self._lose(error)

    def _lose(self, error: Exception) -> None:
        self._is_lost = True
        code = getattr(error, "smtp_code", None)
        self._trouble = type(error).__name__[:40] if code is None else str(code)
