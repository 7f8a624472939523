"""Writes the two parts of every message, text and HTML (RFC 2046 section 5.1.4), quoted-printable
(RFC 2045 section 6.7).
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from supporters.mail.message.header_fields import write_header

LONGEST_LINE = 75  # and the "=" of a soft break
SOFT_BREAK, HARD_BREAK = b"=\r\n", b"\r\n"
TO_ESCAPE = re.compile(rb"[^ -<>-~]")
ANY_BREAK = re.compile(rb"\r\n|\r|\n")
Gap = TypeVar("Gap")


def encode_quoted_printable(text: str) -> bytes:
    """Return an encoded text that starts at the beginning of a line."""
    return HARD_BREAK.join(end_line(escape_octets(line)) for line in ANY_BREAK.split(text.encode()))


def encode_part(text: str) -> bytes:
    """Return a whole part, which ends in a line break."""
    encoded = encode_quoted_printable(text)
    return encoded if encoded.endswith(HARD_BREAK) else encoded + HARD_BREAK


def fold(encoded: bytes) -> bytes:
    """Return one encoded line with soft breaks if it is too long, and no dot after a break."""
    return SOFT_BREAK.join(_cut(encoded))


def escape_octets(line: bytes) -> bytes:
    """Return a line, or a piece of one, with its octets escaped; it has no breaks yet."""
    return TO_ESCAPE.sub(_escape, line)


def end_line(escaped: bytes) -> bytes:
    """Return a whole escaped line, folded, with a space at its end escaped."""
    if escaped.endswith(b" "):
        escaped = escaped[:-1] + b"=20"
    return fold(escaped)


def _escape(match: re.Match[bytes]) -> bytes:
    return b"=%02X" % match[0][0]


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


def write_alternatives(
    text: Iterable[bytes | Gap], html: Iterable[bytes | Gap], *, boundary: str
) -> Iterator[bytes | Gap]:
    """Yield the headers of the content, an empty line, and both parts.

    Each part is quoted-printable already and ends in a line break. A boundary with "=_" in it
    occurs in no such text (RFC 2045 page 23).
    """
    yield write_header("MIME-Version", "1.0")
    yield write_header("Content-Type", f'multipart/alternative; boundary="{boundary}"')
    for subtype, encoded in (("plain", text), ("html", html)):
        yield f"\r\n--{boundary}\r\n".encode()
        yield write_header("Content-Type", f'text/{subtype}; charset="utf-8"')
        yield write_header("Content-Transfer-Encoding", "quoted-printable")
        yield b"\r\n"
        yield from encoded
    yield f"\r\n--{boundary}--\r\n".encode()
