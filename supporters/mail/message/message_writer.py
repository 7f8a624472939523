"""Writes the bytes of all our emails: headers, then text and HTML (RFC 2046 section 5.1.4).

The parts are quoted-printable (RFC 2045 section 6.7). Text that many emails share is encoded once;
the values of each reader fill gaps, and a soft break stands before and after a gap in a text.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, Protocol
from urllib.parse import quote

from supporters.config import Settings
from supporters.mail.message.header_fields import (
    ONE_CLICK,
    ListIdentity,
    write_header,
    write_list_headers,
    write_mailbox,
)
from supporters.settings.provider_settings import ProviderSettings

LONGEST_LINE = 75  # and the "=" of a soft break
SOFT_BREAK, HARD_BREAK = b"=\r\n", b"\r\n"
TO_ESCAPE = re.compile(rb"[^ -<>-~]")
ANY_BREAK = re.compile(rb"\r\n|\r|\n")
SAME_EVERYWHERE = re.compile(r"[\w.-]+", re.ASCII)  # in text, in HTML and in links
VALUES_CACHED = 4096  # most people share their given name with others


class HeaderGap(Enum):
    """The places in headers that are filled in."""

    RECIPIENT = auto()
    SUBJECT = auto()
    DATE = auto()
    ID = auto()
    LEAVE_TOKEN = auto()
    WORDS = auto()
    RETURN_TOKEN = auto()


class HeaderValues(NamedTuple):
    """The values of the places, in their order: encoded, folded, and safe in a header."""

    recipient: bytes
    subject: bytes
    date: bytes
    id: bytes
    leave_token: bytes = b""
    words: bytes = b""
    return_token: bytes = b""


class TextGap(Protocol):
    """A place in a text that is filled in; equal ones are encoded alike."""

    @property
    def field(self) -> str: ...
    def value(self, given: str | None) -> str: ...


HeaderPiece = bytes | HeaderGap
MessagePiece = HeaderPiece | TextGap


class MessageWriter:
    """A whole message of ASCII: CRLF line ends, no line beginning with a dot, gaps.

    A boundary with "=_" in it occurs in no part (RFC 2045 page 23). The values of fields that
    `recur` are encoded once.
    """

    def __init__(
        self,
        headers: Iterable[HeaderPiece],
        *,
        text: Sequence[str | TextGap],
        html: Sequence[str | TextGap],
        boundary: Sequence[HeaderPiece],
        recur: Collection[str] = (),
    ) -> None:
        """Encode everything that is fixed."""
        parts = {"plain": text, "html": html}
        pieces = [*_join([*headers, *_write_alternatives(parts, boundary)])]
        fixed = tuple(piece for piece in pieces if isinstance(piece, bytes))
        gaps = dict.fromkeys(piece for piece in pieces if not isinstance(piece, bytes | HeaderGap))
        self._fixed = fixed
        self._encoders = [(gap.field, _encoder(gap, recurs=gap.field in recur)) for gap in gaps]
        self._arrange = itemgetter(*_order(pieces, [*HeaderGap, *gaps]))

    def write(self, headers: HeaderValues, values: Mapping[str, str | None]) -> bytes:
        """Return the message of one reader; `values` are those in its texts, by their fields."""
        texts = [encode(values.get(field)) for field, encode in self._encoders]
        return b"".join(self._arrange((*headers, *texts, *self._fixed)))


def write_headers(
    settings: Settings,
    *,
    message_id: str,
    leave_url: Sequence[HeaderPiece] = (),
    list_identity: ListIdentity | None = None,
    is_automatic: bool = False,
) -> Iterator[HeaderPiece]:
    """Yield the headers of a message but those of its parts. Raises HeaderUnsafe.

    The Message-ID is the same at each attempt (REQ-76). Mail programs send a POST to the
    `leave_url` (RFC 8058), or an email to the address that its sender has: it takes complaints too
    (RFC 9477).
    """
    returns_to = list_identity.returns_to if list_identity else None
    yield write_header("From", write_mailbox(settings.party_name, settings.mail_from))
    yield b"To: "
    yield HeaderGap.RECIPIENT
    yield b"\r\n" + write_header("Reply-To", settings.party_contact) + b"Subject: "
    yield HeaderGap.SUBJECT
    yield b"\r\nDate: "
    yield HeaderGap.DATE
    yield f"\r\nMessage-ID: <{message_id}.".encode()
    yield HeaderGap.ID
    yield f"@{settings.mail_domain}>\r\n".encode()
    if is_automatic:
        yield write_header("Auto-Submitted", "auto-generated")  # RFC 3834
    if leave_url:
        yield b"List-Unsubscribe: <"
        yield from leave_url
        if returns_to is not None:
            yield f">, <mailto:{quote(returns_to.start, safe='+')}".encode()
            yield HeaderGap.RETURN_TOKEN
            yield f"{returns_to.end}?subject=unsubscribe".encode()
        yield b">\r\n" + ONE_CLICK
    if returns_to is not None:
        yield f"CFBL-Address: {returns_to.start}".encode()
        yield HeaderGap.RETURN_TOKEN
        yield f"{returns_to.end}; report=arf\r\n".encode()
    if list_identity:
        yield from write_list_headers(settings, list_identity)
    yield from _write_provider_headers(settings.provider)


def _write_provider_headers(provider: ProviderSettings) -> Iterator[HeaderPiece]:
    """Yield what the relay reads: no tracking, and the token that its events return (REQ-112)."""
    for name, value in provider.headers:
        yield write_header(name, value)
    if provider.preset.id_header:
        yield provider.preset.id_header.encode()
        yield HeaderGap.RETURN_TOKEN
        yield b"\r\n"


def _write_alternatives(
    parts: Mapping[str, Sequence[str | TextGap]], boundary: Sequence[HeaderPiece]
) -> Iterator[MessagePiece]:
    """Yield the headers of the content, an empty line, and the parts, by their subtypes."""
    yield write_header("MIME-Version", "1.0")
    yield b'Content-Type: multipart/alternative; boundary="'
    yield from boundary
    yield b'"\r\n'
    for subtype, pieces in parts.items():
        yield b"\r\n--"
        yield from boundary
        yield b"\r\n" + write_header("Content-Type", f'text/{subtype}; charset="utf-8"')
        yield write_header("Content-Transfer-Encoding", "quoted-printable") + b"\r\n"
        yield from _encode_part(pieces)
    yield b"\r\n--"
    yield from boundary
    yield b"--\r\n"


def _encode_part(pieces: Sequence[str | TextGap]) -> Iterator[bytes | TextGap]:
    """Yield a whole part, which ends in a line break, with its gaps."""
    last = len(pieces) - 1
    for number, piece in enumerate(pieces):
        if not isinstance(piece, str):
            yield piece
            continue
        encoded = encode_quoted_printable(piece)
        if encoded.endswith(HARD_BREAK):
            ending = b""
        elif number == last:
            ending = HARD_BREAK
        else:
            ending = SOFT_BREAK if encoded else b""
        yield (SOFT_BREAK if number else b"") + encoded + ending


def _encoder(gap: TextGap, *, recurs: bool) -> Callable[[str | None], bytes]:
    """Return the function that encodes the values of one gap."""

    def encode(value: str | None) -> bytes:
        if value and SAME_EVERYWHERE.fullmatch(value):
            return _fold(value.encode())
        return encode_quoted_printable(gap.value(value))

    return lru_cache(VALUES_CACHED)(encode) if recurs else encode


def _join(pieces: Iterable[MessagePiece]) -> Iterator[MessagePiece]:
    """Yield the pieces, with neighbouring bytes joined."""
    for is_fixed, neighbours in groupby(pieces, lambda piece: isinstance(piece, bytes)):
        if is_fixed:
            yield b"".join(piece for piece in neighbours if isinstance(piece, bytes))
        else:
            yield from neighbours


def _order(pieces: Iterable[MessagePiece], gaps: Sequence[HeaderGap | TextGap]) -> Iterator[int]:
    """Yield the index of each value to fill in, followed by the fixed bytes."""
    fixed = len(gaps)
    for piece in pieces:
        if isinstance(piece, bytes):
            yield fixed
            fixed += 1
        else:
            yield gaps.index(piece)


def encode_quoted_printable(text: str) -> bytes:
    """Return an encoded text that starts at the beginning of a line."""
    return HARD_BREAK.join(map(_encode_line, ANY_BREAK.split(text.encode())))


def _encode_line(line: bytes) -> bytes:
    escaped = TO_ESCAPE.sub(_escape, line)
    if escaped.endswith(b" "):
        escaped = escaped[:-1] + b"=20"
    return _fold(escaped)


def _escape(match: re.Match[bytes]) -> bytes:
    return b"=%02X" % match[0][0]


def _fold(encoded: bytes) -> bytes:
    """Return one encoded line with soft breaks if it is too long, and no dot after a break."""
    return SOFT_BREAK.join(_cut(encoded))


def _cut(encoded: bytes) -> Iterator[bytes]:
    while True:
        if encoded.startswith(b"."):
            encoded = b"=2E" + encoded[1:]
        elif encoded.startswith(b"From "):  # some mailboxes put a > before it (RFC 2049)
            encoded = b"=46" + encoded[1:]
        if len(encoded) <= LONGEST_LINE:
            yield encoded
            return
        escape = encoded.find(b"=", LONGEST_LINE - 2, LONGEST_LINE)
        end = LONGEST_LINE if escape < 0 else escape
        yield encoded[:end]
        encoded = encoded[end:]
