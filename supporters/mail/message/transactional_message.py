"""Writes the bytes of an email to one person, in the same form as a campaign's (section H)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes

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
from supporters.mail.message.sent_words import HEADER, SentWords, sign_words
from supporters.mail.message.visible_words import (
    fold_blanks,
    list_html_sentences,
    list_sentences,
    read_headers,
)


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
    signed_words: str | None = None  # if they are known already


def write_transactional(settings: Settings, email: TransactionalEmail) -> bytes:
    """Return a whole message of ASCII with CRLF line ends. Raises HeaderUnsafe."""
    parts = write_alternatives(
        [encode_part(email.text)],
        [encode_part(email.html)],
        boundary=f"=_letter.{email.id}",
    )
    headers = write_headers(settings, email)
    words = email.signed_words or sign_words(settings.secret_keys[0], read_words(email, headers))
    return b"".join([headers, write_header(HEADER, words), *parts])


def write_headers(settings: Settings, email: TransactionalEmail) -> bytes:
    """Return the headers of a message, but those of its parts and its signed words."""
    return b"".join([*_headers(settings, email), *_list_headers(settings, email)])


def read_words(email: TransactionalEmail, headers: bytes) -> SentWords:
    """Return what is signed of an email with these headers."""
    return SentWords(
        id=email.id,
        headers=read_headers(message_from_bytes(headers)),
        text=fold_blanks(email.text),
        html=fold_blanks(email.html),
        sentences=[*list_sentences(email.text), *list_html_sentences(email.html)],
    )


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
