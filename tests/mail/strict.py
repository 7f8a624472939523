"""Reads a message by its standards, and repairs nothing: Python's email package repairs much."""

import re
from base64 import b64decode
from dataclasses import dataclass, field

LONGEST_LINE = 998  # RFC 5322 section 2.1.1
WANTED_LINE = 78
LONGEST_QUOTED_PRINTABLE = 76  # RFC 2045 section 6.7
LONGEST_WORD = 75  # RFC 2047 section 2

BARE_BREAK = re.compile(rb"\r(?!\n)|(?<!\r)\n|\0")
FOLD = re.compile(r"\r\n(?=[ \t])")
HEADER = re.compile(r"([!-9;-~]+): (.*)")
WORD = r"=\?utf-8\?b\?[A-Za-z0-9+/]+=*\?="
WORDS = re.compile(rf"{WORD}(?: {WORD})*")
QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\[ -~])*)"')
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = rf"{ATOM}(?:\.{ATOM})*@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
MAILBOX = re.compile(rf"(?P<name>.+) <(?P<address>{ADDRESS}|[a-z0-9.-]+)>")
BOUNDARY = re.compile(r'multipart/alternative; boundary="([^"]+)"')
ESCAPE = re.compile(rb"=([0-9A-F]{2})")
PART = (
    r'Content-Type: text/(plain|html); charset="utf-8"',
    "Content-Transfer-Encoding: quoted-printable",
)


class Broken(AssertionError):
    """The error for text that a strict reader can't read."""


@dataclass
class StrictMail:
    """A message that was read; its headers are unfolded, and otherwise unchanged."""

    headers: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)


def read_strictly(raw: bytes) -> StrictMail:
    """Return a message that is legal in every byte. Raises Broken."""
    _check_bytes(raw)
    head, separator, body = raw.partition(b"\r\n\r\n")
    if not separator:
        raise Broken("no empty line between headers and body")
    mail = StrictMail(headers=_read_headers(head.decode("ascii")))
    found = BOUNDARY.fullmatch(mail.headers["Content-Type"])
    if not found:
        raise Broken(f"the content is {mail.headers['Content-Type']}")
    mail.parts = _read_parts(b"\r\n" + body, found[1].encode())
    return mail


def read_text(value: str) -> str:
    """Return the free text of a header. Raises Broken."""
    if "=?" not in value:
        return value
    if not WORDS.fullmatch(value):
        raise Broken(f"no valid encoded words: {value}")
    words = value.split(" ")
    if longest := [word for word in words if len(word) > LONGEST_WORD]:
        raise Broken(f"too long: {longest}")
    return "".join(b64decode(word[10:-2], validate=True).decode("utf-8") for word in words)


def read_mailbox(value: str) -> tuple[str, str]:
    """Return a display name and an address. Raises Broken."""
    found = MAILBOX.fullmatch(value)
    if not found:
        raise Broken(f"no mailbox: {value}")
    quoted = QUOTED.fullmatch(found["name"])
    name = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else read_text(found["name"])
    if not quoted and "=?" not in found["name"]:
        raise Broken(f"a name that is neither quoted nor encoded: {value}")
    return name, found["address"]


def _check_bytes(raw: bytes) -> None:
    if not raw.isascii():
        raise Broken("8-bit")
    if BARE_BREAK.search(raw):
        raise Broken("a bare line break, or a NUL")
    lines = raw.split(b"\r\n")
    if longest := [line for line in lines if len(line) > LONGEST_LINE]:
        raise Broken(f"a line of {len(longest[0])} characters")
    if any(line.startswith(b".") for line in lines):
        raise Broken("a line begins with a dot")


def _read_headers(head: str) -> dict[str, str]:
    for line in head.split("\r\n"):
        # A link must not be folded (REQ-66), and an address can't be.
        if len(line) > WANTED_LINE and not line.startswith(("List-Unsubscribe: ", "To: ")):
            raise Broken(f"a header line of {len(line)} characters: {line}")
        if not line.strip():
            raise Broken("an empty header line")
    headers: dict[str, str] = {}
    for line in FOLD.sub("", head).split("\r\n"):
        found = HEADER.fullmatch(line)
        if not found:
            raise Broken(f"no header: {line}")
        if found[1] in headers:
            raise Broken(f"twice: {found[1]}")
        headers[found[1]] = found[2]
    return headers


def _read_parts(body: bytes, boundary: bytes) -> dict[str, str]:
    before, *parts, after = body.split(b"\r\n--" + boundary)
    if before.strip() or after != b"--\r\n":
        raise Broken("something before the first part, or after the last")
    read = dict(_read_part(part) for part in parts)
    if [*read] != ["plain", "html"]:
        raise Broken(f"the parts are {[*read]}")
    return read


def _read_part(part: bytes) -> tuple[str, str]:
    head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    kind, encoding = head.decode("ascii").split("\r\n")
    found = re.fullmatch(PART[0], kind)
    if not found or encoding != PART[1]:
        raise Broken(f"a part with {head!r}")
    return found[1], _decode(content).decode("utf-8").replace("\r\n", "\n")


def _decode(content: bytes) -> bytes:
    """Return the decoded form of quoted-printable. Raises Broken."""
    for line in content.split(b"\r\n"):
        if len(line) > LONGEST_QUOTED_PRINTABLE:
            raise Broken(f"a line of quoted-printable with {len(line)} characters")
        if line.endswith((b" ", b"\t")):
            raise Broken("a line ends in a space, which relays may drop")
    joined = content.replace(b"=\r\n", b"")
    if re.search(rb"=(?![0-9A-F]{2})", joined):
        raise Broken("an equals sign that begins no escape")
    return ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), joined)
