"""Hands messages to the relay, one by one, and says how each attempt ended.

The steps of the dialogue are taken one at a time, so that a lost connection can be told apart:
before the body nothing was taken, during it nobody knows (RFC 1047).
"""

import smtplib
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from supporters.delivery.rules import Outcome, outcome_of_code
from supporters.extensions import mailer
from supporters.smtp import SmtpConnection, SmtpSession

CLOSING = 421


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
        except (OSError, smtplib.SMTPException) as error:
            self._lose(error)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session = self._connection.host
        if session is None:
            return
        try:
            session.quit()
        except (OSError, smtplib.SMTPException):
            session.close()

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
        return reply or self._send_body(session, message)

    def _open_envelope(self, session: SmtpSession, sender: str, recipient: str) -> Reply | None:
        """Name the sender and the recipient; return the reply that ends the attempt, if any."""
        code, _ = session.mail(sender)
        if outcome_of_code(code) is not Outcome.ACCEPTED:
            self._is_lost = True
            self._trouble = f"MAIL {code}"
            return Reply(Outcome.NOT_TRIED, self._trouble)
        code, _ = session.rcpt(recipient)
        outcome = outcome_of_code(code)
        if outcome is Outcome.ACCEPTED:
            return None
        self._after_refusal(session, code)
        return Reply(outcome, str(code))

    def _send_body(self, session: SmtpSession, message: bytes) -> Reply:
        try:
            code, _ = session.data(message)
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
            self._after_refusal(session, code)
            return Reply(outcome_of_code(code), str(code))
        except (OSError, smtplib.SMTPException) as error:
            self._lose(error)
            return Reply(Outcome.UNCERTAIN, self._trouble)
        if code == CLOSING:
            self._after_refusal(session, code)
        return Reply(outcome_of_code(code), str(code))

    def _after_refusal(self, session: SmtpSession, code: int) -> None:
        if code == CLOSING:
            self._is_lost = True
            self._trouble = str(code)
            session.close()
        else:
            session.rset()

    def _lose(self, error: Exception) -> None:
        self._is_lost = True
        code = getattr(error, "smtp_code", None)
        self._trouble = type(error).__name__[:40] if code is None else str(code)
