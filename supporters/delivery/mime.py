"""Makes the bytes of a campaign mail: its headers (section H of the requirements) and parts."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from supporters.config import Settings
from supporters.delivery.rendering import Rendered

FORBIDDEN = re.compile(r"[\r\n\0]")
BROKEN_LINE = re.compile(r"\r(?!\n )|(?<!\r)\n|\0")  # anything but a fold
ENCODED_LINE = 75  # RFC 2047 section 2


class HeaderUnsafe(ValueError):
    """A header value with a line break or a NUL (REQ-89)."""


@dataclass(frozen=True, kw_only=True)
class MailIdentity:
    """What names a mail: its campaign, list and recipient."""

    campaign_id: int
    list_slug: str
    list_name: str
    subscriber_id: int
    recipient: str


def build_message(
    settings: Settings, identity: MailIdentity, content: Rendered, *, sent_at: datetime
) -> bytes:
    """Return a whole message with CRLF line ends, ASCII only. Raises HeaderUnsafe."""
    headers = [
        _header("From", _mailbox(settings.party_name, settings.mail_from)),
        _header("To", identity.recipient),
        _header("Reply-To", settings.party_contact),
        _header("Subject", _encode_words(content.subject, "Subject")),
        _header("Date", format_datetime(sent_at)),
        _header("Message-ID", message_id(settings, identity)),
        *_list_headers(settings, identity, content.leave_url),
    ]
    return b"".join(headers) + _parts(content)


def message_id(settings: Settings, identity: MailIdentity) -> str:
    """Return the Message-ID: the same however often the mail is tried (REQ-76)."""
    return f"<c{identity.campaign_id}.{identity.subscriber_id}@{settings.mail_domain}>"


def _list_headers(settings: Settings, identity: MailIdentity, leave_url: str) -> list[bytes]:
    """Return the headers of RFC 2369, 2919 and 8058, and the one of Gmail's feedback."""
    contact = f"<mailto:{settings.party_contact}>"
    list_id = f"<{identity.list_slug}.{settings.mail_domain}>"
    feedback = f"c{identity.campaign_id}:{identity.list_slug}:{settings.mail_domain}:supporters"
    return [
        _header("List-Id", f"{_phrase(identity.list_name)} {list_id}"),
        _header("List-Unsubscribe", f"<{leave_url}>"),
        _header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        _header("List-Help", contact),
        _header("List-Owner", contact),
        _header("List-Post", "NO"),
        _header("Feedback-ID", feedback),
    ]


def _header(name: str, value: str) -> bytes:
    """Return one header line of ASCII, never folded inside a URI (REQ-66)."""
    if BROKEN_LINE.search(value):
        raise HeaderUnsafe(name)
    return f"{name}: {value}\r\n".encode("ascii")


def _encode_words(text: str, header_name: str) -> str:
    """Return a text as it is, or in encoded words of at most 75 octets (RFC 2047).

    Those are for what isn't ASCII, and for what would itself be taken for an encoded word.
    """
    if FORBIDDEN.search(text):
        raise HeaderUnsafe(header_name)
    if text.isascii() and "=?" not in text:
        return text
    words = Header(text, "utf-8", maxlinelen=ENCODED_LINE, header_name=header_name)
    return words.encode(linesep="\r\n")


def _mailbox(name: str, address: str) -> str:
    return f"{_phrase(name)} <{address}>"


def _phrase(text: str) -> str:
    """Return a display name: quoted, or in encoded words (RFC 2047 section 5)."""
    encoded = _encode_words(text, "From")
    if encoded != text:
        return encoded
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _parts(content: Rendered) -> bytes:
    """Return the two alternatives in quoted-printable, behind their own MIME headers."""
    message = EmailMessage(policy=SMTP)
    message.set_content(content.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(content.html, subtype="html", charset="utf-8", cte="quoted-printable")
    return message.as_bytes()
