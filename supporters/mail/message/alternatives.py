"""Writes the two parts of every mail: a text and the same as HTML (RFC 2046 section 5.1.4)."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from supporters.mail.message.headers import write_header

Gap = TypeVar("Gap")


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
