"""Reads the source of an email that somebody pasted: whole, or only its headers.

Nothing in it is trusted, and what can't be read is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.errors import MessageError
from email.message import Message
from email.utils import parseaddr
from html import unescape

LINK = re.compile(r"""https?://[^\s"'<>()\[\]\\]+""", re.IGNORECASE)
WITHOUT_READERS = ("http://www.w3.org/", "https://www.w3.org/")  # names of formats
END_OF_SENTENCE = ".,;:!?"
ENTITY_OF_AND = "&amp;"


@dataclass(frozen=True, kw_only=True)
class PastedEmail:
    """The parts of an email that tell its origin; empty where it has none."""

    return_path: str
    message_id: str
    sender: str
    links: tuple[str, ...]
    has_body: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.return_path or self.message_id or self.sender or self.links)


def read_pasted(text: str) -> PastedEmail:
    """Return what a pasted source tells."""
    message = message_from_string(text.lstrip().replace("\r\n", "\n"))
    body = "\n".join(_list_texts(message))
    headers = " ".join(str(value) for value in message.values())
    return PastedEmail(
        return_path=parseaddr(_unfold(message, "Return-Path"))[1],
        message_id=_unfold(message, "Message-ID").strip("<>"),
        sender=parseaddr(_unfold(message, "From"))[1].lower(),
        links=tuple(dict.fromkeys([*_list_links(headers), *_list_links(body)])),
        has_body=bool(body.strip()),
    )


def _unfold(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _list_texts(message: Message) -> Iterator[str]:
    """Yield the texts of an email, decoded."""
    for part in message.walk():
        if part.is_multipart():
            continue
        try:
            octets = part.get_payload(decode=True)
        except (MessageError, ValueError):
            octets = None
        if isinstance(octets, bytes):
            yield octets.decode(errors="replace")


def _list_links(text: str) -> Iterator[str]:
    for found in LINK.findall(text):
        link = unescape(found) if ENTITY_OF_AND in found else found
        if not link.startswith(WITHOUT_READERS):
            yield link.rstrip(END_OF_SENTENCE)
