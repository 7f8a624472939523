"""Quoted-printable (RFC 2045 section 6.7).

Whatever the text, no line is too long, begins with a dot or ends in a space.
"""

import re
from collections.abc import Iterator

LONGEST_LINE = 75  # and the "=" of a soft break
SOFT_BREAK, HARD_BREAK = b"=\r\n", b"\r\n"
TO_ESCAPE = re.compile(rb"[^ -<>-~]")
ANY_BREAK = re.compile(rb"\r\n|\r|\n")


def encode_text(text: str) -> bytes:
    """Return a text that begins at the beginning of a line."""
    return HARD_BREAK.join(_encode_line(line) for line in ANY_BREAK.split(text.encode()))


def encode_part(text: str) -> bytes:
    """Return a whole part, which ends in a line break."""
    encoded = encode_text(text)
    return encoded if encoded.endswith(HARD_BREAK) else encoded + HARD_BREAK


def fold(encoded: bytes) -> bytes:
    """Return one encoded line with soft breaks where it is too long, and no dot after a break."""
    return SOFT_BREAK.join(_cut(encoded))


def _encode_line(line: bytes) -> bytes:
    encoded = TO_ESCAPE.sub(_escape, line)
    if encoded.endswith(b" "):
        encoded = encoded[:-1] + b"=20"
    return fold(encoded)


def _escape(match: re.Match[bytes]) -> bytes:
    return b"=%02X" % match[0][0]


def _cut(encoded: bytes) -> Iterator[bytes]:
    while True:
        if encoded.startswith(b"."):
            encoded = b"=2E" + encoded[1:]
        elif encoded.startswith(b"From "):  # some stores would put a > before it (RFC 2049)
            encoded = b"=46" + encoded[1:]
        if len(encoded) <= LONGEST_LINE:
            yield encoded
            return
        escape = encoded.find(b"=", LONGEST_LINE - 2, LONGEST_LINE)
        end = LONGEST_LINE if escape < 0 else escape
        yield encoded[:end]
        encoded = encoded[end:]
