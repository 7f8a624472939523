"""Reads the source of an email that somebody pasted: whole, or only its headers.

Nothing in it is trusted, and what can't be read is left out. The parser of Python asks every open
part about every line, so a source is cut and its parts are counted before it is parsed (ADR 083).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_string
from email.errors import MessageError
from email.message import Message
from html import unescape
from urllib.parse import urlsplit

from supporters.mail.message.sent_words import HEADER
from supporters.mail.message.visible_words import read_headers

LONGEST, MOST_LINES = 64_000, 2_000  # characters and lines that are read
MOST_PARTS = 20
LONGEST_VALUE = 4_000  # of a header
MOST_LINKS = 300
PART = re.compile(r"boundary|message/", re.IGNORECASE)  # only these make the parser go deeper
LINK = re.compile(r"""https?://[^\s"'<>()\[\]\\]+""", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>\"(),:;]+@[^\s<>\"(),:;]+")
WITHOUT_READERS = ("http://www.w3.org/", "https://www.w3.org/")  # names of formats
END_OF_SENTENCE = ".,;:!?"
ENTITY_OF_AND = "&amp;"
PLAIN, HTML = "text/plain", "text/html"
ENCODED = {"quoted-printable", "base64"}
# The codecs of mail programs. Others may be slow (punycode), or no texts at all.
CHARSETS = {"iso-8859-1", "iso-8859-15", "windows-1252"}


class TooManyParts(Exception):
    """A source with more parts in each other or beside each other than an email has."""


@dataclass(frozen=True, kw_only=True)
class PastedEmail:
    """The parts of an email that tell its origin; empty where it has none.

    `is_cut` tells whether the source went on: nobody has looked at the rest.
    """

    return_path: str
    message_id: str
    sender: str
    headers: Mapping[str, str]
    signed_words: str
    text: str
    html: str
    has_other_parts: bool
    links: tuple[str, ...]
    is_cut: bool

    @property
    def has_body(self) -> bool:
        """Whether there is more than headers."""
        return bool(self.text.strip() or self.html.strip())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.return_path or self.message_id or self.sender or self.links)


def read_pasted(text: str) -> PastedEmail:
    """Return what a pasted source tells. Raises TooManyParts."""
    source, is_cut = _cut(text)
    if len(PART.findall(source)) > MOST_PARTS:
        raise TooManyParts
    message = message_from_string(source)
    parts = [part for part in message.walk() if not part.is_multipart()]
    text, html = _join(parts, PLAIN), _join(parts, HTML)
    headers = " ".join(str(value) for value in message.values())
    links = dict.fromkeys([*list_links(headers), *list_links(f"{text}\n{html}")])
    return PastedEmail(
        return_path=_read_address(message, "Return-Path"),
        message_id=_unfold(message, "Message-ID").strip("<>"),
        sender=_read_address(message, "From").lower(),
        headers=read_headers(message),
        signed_words=_unfold(message, HEADER),
        text=text,
        html=html,
        has_other_parts=any(map(_is_other, parts)),
        links=tuple(links)[:MOST_LINKS],
        is_cut=is_cut or len(links) > MOST_LINKS,
    )


def host_of(link: str) -> str:
    """Return the site of a link, in small letters; the link itself if it names none."""
    try:
        return urlsplit(link).netloc.lower() or link
    except ValueError:
        return link


def path_of(link: str) -> str:
    """Return the path of a link; nothing if it can't be read."""
    try:
        return urlsplit(link).path
    except ValueError:
        return ""


def _cut(text: str) -> tuple[str, bool]:
    """Return the beginning of a source, with one kind of line ends, and whether it goes on."""
    whole = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    lines = whole[:LONGEST].split("\n", MOST_LINES)
    source = "\n".join(lines[:MOST_LINES])
    return source, len(source) < len(whole)


def _unfold(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, ""))[:LONGEST_VALUE].split())


def _read_address(message: Message, name: str) -> str:
    """Return the address of a header. With several, it is the last: readers may see that one."""
    return next(reversed(ADDRESS.findall(_unfold(message, name))), "")


def _join(parts: Iterable[Message], kind: str) -> str:
    """Return the decoded texts of a kind."""
    texts = (_read_text(part) for part in parts if part.get_content_type() == kind)
    return "\n".join(text for text in texts if text.strip())


def _is_other(part: Message) -> bool:
    """Tell whether a part is a file, and neither text nor the rest of a source that was cut."""
    is_known = (
        part.get_content_type() in {PLAIN, HTML} or part.get_content_maintype() == "multipart"
    )
    return not is_known and bool(str(part.get_payload()).strip())


def _read_text(part: Message) -> str:
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() not in ENCODED:
        return str(part.get_payload())  # somebody's program has decoded it already
    try:
        octets = part.get_payload(decode=True)
        charset = str(part.get_content_charset() or "").lower()
    except (MessageError, ValueError):
        return ""
    if not isinstance(octets, bytes):
        return ""
    return octets.decode(charset if charset in CHARSETS else "utf-8", errors="replace")


def list_links(text: str) -> Iterator[str]:
    """Yield the links of a text."""
    for found in LINK.findall(text):
        link = unescape(found) if ENTITY_OF_AND in found else found
        if not link.startswith(WITHOUT_READERS):
            yield link.rstrip(END_OF_SENTENCE)
