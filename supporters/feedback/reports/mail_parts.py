"""Takes an email apart within bounds: its first 256 kB, 60 parts, 8 levels, and no library.

The mail may be hostile: the parser of Python recurses for each level, and compares each line with
the boundaries of all of them (REQ-106).
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST_MAIL = 262_144
MOST_PARTS = 60
MOST_LEVELS = 8
MOST_HEADERS = 300
LONGEST_HEADER = 4_096
LONGEST_BOUNDARY = 200
PARAMETER = re.compile(
    r';\s{0,9}([a-zA-Z-]{1,40})(?:\*0)?\*?\s{0,9}=\s{0,9}("[^"]{0,300}"|[^\s;"]{1,300})'
)
USED_BOUNDARY = re.compile(rb"(?i)\n--([^\n]{1,200})\ncontent-")
MULTIPART, TEXT = "multipart/", "text/plain"
# Only these: others are slow for hostile bytes, or no charset at all.
CHARSETS = re.compile(
    r"(us-)?ascii|utf-?8|(iso-?8859|windows|cp)-?\d{1,4}(-\d\d?)?|koi8-[ru]|gb(2312|k|18030)|big5"
    r"|iso-2022-jp|shift_jis|euc-(jp|kr)|macintosh"
)


@dataclass(frozen=True)
class MailPart:
    """A part of an email: its headers, in lower case, its type, and its bytes or its own parts."""

    headers: tuple[tuple[str, str], ...] = ()
    kind: str = TEXT
    parameters: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    parts: tuple["MailPart", ...] = ()

    def get(self, name: str) -> str:
        """Return the first header of a name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    def get_all(self, name: str) -> list[str]:
        """Return all headers of a name."""
        return [value for key, value in self.headers if key == name]

    def walk(self) -> Iterator["MailPart"]:
        """Yield this part and all in it, in their order."""
        yield self
        for each in self.parts:
            yield from each.walk()

    def text(self) -> str:
        """Return the content as text, whatever its charset."""
        charset = self.parameters.get("charset", "").lower()
        return _decode(self.content, charset if CHARSETS.fullmatch(charset) else "utf-8")


class _Budget:
    """The number of parts that may still be read of one email, and the level of the present one."""

    def __init__(self) -> None:
        self.left = MOST_PARTS
        self.level = 0


def read_mail(raw: bytes) -> MailPart:
    """Return an email in its parts; what is beyond the bounds is left out."""
    cut = raw[:LONGEST_MAIL].replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b"")
    cut = cut.lstrip()
    if cut.startswith((b"From ", b">From ")):  # the first line of an mbox
        cut = cut.partition(b"\n")[2]
    return _read_part(cut, _Budget())


def read_headers(content: bytes) -> tuple[tuple[str, str], ...]:
    """Return the headers at the beginning of an email, in lower case and unfolded."""
    return _split_headers(content)[0]


def _split_headers(content: bytes) -> tuple[tuple[tuple[str, str], ...], bytes]:
    found: list[tuple[str, list[str]]] = []
    at = 0
    while at < len(content) and len(found) <= MOST_HEADERS:
        end = content.find(b"\n", at)
        end = len(content) if end < 0 else end
        line = _decode(content[at : min(end, at + LONGEST_HEADER)], "utf-8")
        name, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"} and line.strip():
            if found:
                found[-1][1].append(line.strip())
        elif not line.strip():
            at = end + 1
            break
        elif not found and line.startswith(">"):  # quoted by an mbox
            pass
        elif colon and name.strip() and " " not in name.strip():
            found.append((name.strip().lower(), [value.strip()]))
        else:  # the text begins without an empty line
            break
        at = end + 1
    headers = tuple((name, " ".join(lines)[:LONGEST_HEADER]) for name, lines in found)
    return headers, content[at:]


def _read_part(content: bytes, budget: _Budget) -> MailPart:
    budget.left -= 1
    headers, body = _split_headers(content)
    part = MailPart(headers)
    kind, parameters = _read_type(part.get("content-type"))
    boundary = parameters.get("boundary", "")
    if kind.startswith(MULTIPART) and boundary and budget.level < MOST_LEVELS:
        budget.level += 1
        parts = _read_parts(body, boundary.encode()[:LONGEST_BOUNDARY], budget)
        budget.level -= 1
        if parts:
            return MailPart(headers, kind, parameters, body, parts)
        kind = TEXT  # a gateway took its boundaries
    content = _undo_transfer(body, part.get("content-transfer-encoding"))
    return MailPart(headers, kind, parameters, content)


def _read_parts(body: bytes, boundary: bytes, budget: _Budget) -> tuple[MailPart, ...]:
    body = b"\n" + body
    if b"\n--" + boundary not in body:  # some servers announce another boundary than they use
        used = USED_BOUNDARY.search(body)
        boundary = used[1] if used else boundary
    pieces = body.split(b"\n--" + boundary, MOST_PARTS + 1)[1:]
    parts = []
    for piece in pieces:
        if piece.startswith(b"--") or budget.left <= 0:
            break
        parts.append(_read_part(piece.partition(b"\n")[2], budget))
    return tuple(parts)


def _read_type(value: str) -> tuple[str, dict[str, str]]:
    kind = value.partition(";")[0].strip().lower()
    found = PARAMETER.finditer(value)
    return kind or TEXT, {each[1].lower(): each[2].strip('"') for each in found}


def _undo_transfer(body: bytes, encoding: str) -> bytes:
    name = encoding.strip().lower()
    if name == "base64":
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            return body
    return quopri.decodestring(body) if name == "quoted-printable" else body


def _decode(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return content.decode("latin-1")
