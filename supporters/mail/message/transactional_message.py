"""Writes the bytes of an email to one person, in the same form as a campaign's (section H)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from supporters.config import Settings
from supporters.mail.message.header_fields import (
    ONE_CLICK,
    ListIdentity,
    bare_value,
    encode_text,
    write_date,
    write_header,
    write_list_headers,
    write_mailbox,
)
from supporters.mail.message.mime_parts import encode_part, write_alternatives


@dataclass(frozen=True, kw_only=True)
class TransactionalEmail:
    """The content and the recipient. Mail programs send a POST to the `leave_url` (RFC 8058)."""

    id: int
    recipient: str
    subject: str
    text: str
    html: str
    sent_at: datetime
    is_automatic: bool = True
    leave_url: str | None = None
    list_identity: ListIdentity | None = None


def write_transactional(settings: Settings, email: TransactionalEmail) -> bytes:
    """Return a whole message of ASCII with CRLF line ends. Raises HeaderUnsafe."""
    parts = write_alternatives(
        [encode_part(email.text)],
        [encode_part(email.html)],
        boundary=f"=_letter.{email.id}",
    )
    return b"".join([*_headers(settings, email), *_list_headers(settings, email), *parts])


def _headers(settings: Settings, email: TransactionalEmail) -> Iterator[bytes]:
    """Yield the headers of the message; its Message-ID is the same at each attempt (REQ-76)."""
    message_id = f"<letter.{email.id}@{settings.mail_domain}>"
    yield write_header("From", write_mailbox(settings.party_name, settings.mail_from))
    yield b"To: " + bare_value("To", email.recipient) + b"\r\n"
    yield write_header("Reply-To", settings.party_contact)
    yield write_header("Subject", encode_text(email.subject, "Subject"))
    yield b"Date: " + write_date(int(email.sent_at.timestamp())) + b"\r\n"
    yield write_header("Message-ID", message_id)
    if email.is_automatic:
        yield write_header("Auto-Submitted", "auto-generated")  # RFC 3834


def _list_headers(settings: Settings, email: TransactionalEmail) -> Iterator[bytes]:
    if email.leave_url:
        url = bare_value("List-Unsubscribe", email.leave_url)
        yield b"List-Unsubscribe: <" + url + b">\r\n"
        yield ONE_CLICK
    if email.list_identity:
        yield from write_list_headers(settings, email.list_identity)
