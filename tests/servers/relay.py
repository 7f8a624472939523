"""A real mail server on loopback that keeps the messages it took, and refuses on demand."""

import email.policy
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"


@dataclass(frozen=True)
class Received:
    """A message as the server took it."""

    sender: str
    recipient: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        parsed = BytesParser(policy=email.policy.default).parsebytes(self.raw)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, kind: str) -> str:
        """Return the text of a part: 'plain' or 'html'."""
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())


class Relay:
    """The server. `on_mail`, `on_rcpt` and `on_body` may be set to functions that refuse."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._controller = Controller(self, hostname="127.0.0.1", port=port)
        self.reset()

    def reset(self) -> None:
        """Delete every message and every refusal."""
        self.mails: list[Received] = []
        self.on_mail: Callable[[str], str] = lambda sender: OK
        self.on_rcpt: Callable[[str], str] = lambda recipient: OK
        self.on_body: Callable[[Received], str] = lambda mail: OK

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, or refuse."""
        reply = self.on_mail(address)
        if reply == OK:
            envelope.mail_from = address
        return reply

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse."""
        reply = self.on_rcpt(address)
        if reply == OK:
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a message, or refuse."""
        raw = envelope.original_content or b""
        mail = Received(envelope.mail_from or "", envelope.rcpt_tos[0], raw)
        reply = self.on_body(mail)
        if reply == OK:
            self.mails.append(mail)
        return reply

    def mails_to(self, address: str) -> list[Received]:
        """Return the messages to an address."""
        return [mail for mail in self.mails if mail.recipient == address]
