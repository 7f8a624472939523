"""Writes header fields: ASCII, legal for any value, and safe against injection."""

import re
from binascii import b2a_base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from supporters.config import Settings
from supporters.mail.message.envelope_senders import EnvelopeWriter

FORBIDDEN = re.compile(r"[\r\n\0]")
BROKEN_LINE = re.compile(r"\r(?!\n )|(?<!\r)\n|\0")  # any line break but a fold
FOLD = "\r\n "
LONGEST_PLAIN = 66  # with the rest of the line at most 78 (RFC 5322 section 2.1.1)
LONGEST_LINE = 78
BETWEEN_WORDS = re.compile(r"(?<=[^ ]) (?=[^ ])")
OCTETS_IN_A_WORD = 39  # with "Subject: " before it, the line has 73 (RFC 2047 section 2: 76)
CONTINUATION_MASK, CONTINUATION = 0b1100_0000, 0b1000_0000  # of UTF-8


class HeaderUnsafe(ValueError):
    """A header value with a line break or a NUL (REQ-89), or an address beyond ASCII."""


def write_header(name: str, value: str) -> bytes:
    """Return one header of ASCII, folded where its value is (never inside a link: REQ-66)."""
    if BROKEN_LINE.search(value):
        raise HeaderUnsafe(name)
    return f"{name}: {value}\r\n".encode("ascii")


def bare_value(name: str, value: str) -> bytes:
    """Return an address or a token for a header."""
    if not (value.isascii() and value.isprintable()):
        raise HeaderUnsafe(name)
    return value.encode()


def encode_text(text: str, header_name: str) -> str:
    """Return a text as it is, folded between words, or in encoded words (RFC 2047).

    Encoded words are for text beyond ASCII, for text that looks like an encoded word, and for
    spaces and words that a line can't have.
    """
    if FORBIDDEN.search(text):
        raise HeaderUnsafe(header_name)
    return _fold(text) if _is_plain(text) else FOLD.join(_encoded_words(text))


def write_mailbox(name: str, address: str) -> str:
    """Return a display name, quoted or in encoded words (RFC 2047 section 5), and an address.

    The address may be a label of RFC 2919 too.
    """
    if FORBIDDEN.search(name):
        raise HeaderUnsafe("From")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    if not _is_plain(escaped):
        return f"{FOLD.join(_encoded_words(name))}{FOLD}<{address}>"
    quoted = f'"{_fold(escaped)}"'
    used = len("List-Id: ") + len(quoted.rpartition(FOLD)[2])
    gap = " " if used + len(f" <{address}>") <= LONGEST_LINE else FOLD
    return f"{quoted}{gap}<{address}>"


@lru_cache(maxsize=4)
def write_date(second: int) -> bytes:
    """Return a moment, given in seconds since 1970, as RFC 5322 writes it."""
    return format_datetime(datetime.fromtimestamp(second, UTC)).encode()


def _is_plain(text: str) -> bool:
    return (
        text.isascii()
        and text.isprintable()
        and "=?" not in text
        and text == text.strip()
        and max(map(len, BETWEEN_WORDS.split(text))) <= LONGEST_PLAIN
    )


def _fold(text: str) -> str:
    """Break a plain text between words; readers drop the breaks and keep the spaces."""
    lines = [""]
    for word in BETWEEN_WORDS.split(text):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LONGEST_PLAIN:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return FOLD.join(lines)


def _encoded_words(text: str) -> Iterator[str]:
    """Yield words that each hold whole characters; readers drop the space between them."""
    octets = text.encode()
    start = 0
    while start < len(octets):
        end = start + OCTETS_IN_A_WORD
        while end < len(octets) and octets[end] & CONTINUATION_MASK == CONTINUATION:
            end -= 1
        yield f"=?utf-8?b?{b2a_base64(octets[start:end], newline=False).decode()}?="
        start = end


ONE_CLICK = write_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")  # RFC 8058


@dataclass(frozen=True, kw_only=True)
class ListIdentity:
    """Identifies a list to mail programs, and its emails to Gmail's feedback loop.

    `returns_to` writes the sender of each email, if what comes back to it is read.
    """

    slug: str
    name: str
    feedback: str
    returns_to: EnvelopeWriter | None = None


def write_list_headers(settings: Settings, identity: ListIdentity) -> Iterator[bytes]:
    """Yield the headers that all emails about a list share. Raises HeaderUnsafe."""
    contact = f"<mailto:{settings.party_contact}>"
    label = f"{identity.slug}.{settings.mail_domain}"
    feedback = f"{identity.feedback}:{identity.slug}:{settings.mail_domain}:supporters"
    yield write_header("List-Id", write_mailbox(identity.name, label))
    yield write_header("List-Help", contact)
    yield write_header("List-Owner", contact)
    yield write_header("List-Post", "NO")
    yield write_header("Feedback-ID", feedback)
