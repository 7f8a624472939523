"""Reads the emails in the development mailbox, malformed ones included."""

import email.policy
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import islice
from pathlib import Path

from supporters.ids import moment_of

SUFFIX = ".eml"
NAME_LENGTH = 19
NAME = re.compile(rf"[0-9]{{{NAME_LENGTH}}}")
DELIVERED_TO = re.compile(rb"^Delivered-To: ([^\r\n]*)", re.MULTILINE)
BEGINNING = 2_000
LINK = re.compile(r"https?://[^\s<>\"()\[\]]+")
HREF = re.compile(r"""href=["'](https?://[^"']+)["']""")
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError, RecursionError)


@dataclass(frozen=True, kw_only=True)
class ReceivedEmail:
    """An email as its recipient sees it."""

    id: str
    to: str
    subject: str
    date: datetime
    headers: list[tuple[str, str]]
    text: str
    html: str
    source: str

    @property
    def links(self) -> list[str]:
        """The links of both parts, without duplicates, in order."""
        in_text = [link.rstrip(".,;:!?") for link in LINK.findall(self.text)]
        in_html = [html.unescape(link) for link in HREF.findall(self.html)]
        return [*dict.fromkeys(in_text + in_html)]


@dataclass(frozen=True, kw_only=True)
class InboxPage:
    """One page of a list of emails, newest first."""

    items: list[ReceivedEmail]
    number: int
    has_next: bool


class Inbox:
    """The folder with the emails that the mailbox received."""

    def __init__(self, instance_dir: Path) -> None:
        self.folder = instance_dir / "inbox"

    def find(self, mail_id: str) -> ReceivedEmail | None:
        """Return one email."""
        if not NAME.fullmatch(mail_id):
            return None
        path = self.folder / f"{mail_id}{SUFFIX}"
        return _read(path) if path.exists() else None

    def find_newest_to(self, address: str) -> ReceivedEmail | None:
        """Return the newest email to an address."""
        return next((_read(path) for path in self._paths_to(address)), None)

    def list_page(self, number: int, *, size: int, to: str = "") -> InboxPage:
        """Return a page of the emails whose recipient contains a text."""
        first = (number - 1) * size
        paths = [*islice(self._paths_to(to), first, first + size + 1)]
        items = [_read(path) for path in paths[:size]]
        return InboxPage(items=items, number=number, has_next=len(paths) > size)

    def clear(self) -> None:
        """Delete all emails."""
        for path in self.folder.glob(f"*{SUFFIX}"):
            path.unlink(missing_ok=True)

    def _paths_to(self, part: str) -> Iterator[Path]:
        wanted = part.casefold().encode()
        for path in sorted(self.folder.glob(f"[0-9]*{SUFFIX}"), reverse=True):
            if wanted in _recipient(path).lower():
                yield path


def _recipient(path: Path) -> bytes:
    with path.open("rb") as file:
        found = DELIVERED_TO.search(file.read(BEGINNING))
    return found[1] if found else b""


def _read(path: Path) -> ReceivedEmail:
    raw = path.read_bytes()
    message = BytesParser(policy=email.policy.default).parsebytes(raw)
    return ReceivedEmail(
        id=path.stem,
        to=_header(message, "Delivered-To"),
        subject=_header(message, "Subject"),
        date=moment_of(int(path.stem)),
        headers=[(name, _decode(name, value)) for name, value in message.raw_items()],
        text=_part(message, "plain"),
        html=_part(message, "html"),
        source=raw.decode("utf-8", "replace"),
    )


def _header(message: EmailMessage, name: str) -> str:
    values = (value for each, value in message.raw_items() if each.lower() == name.lower())
    return _decode(name, next(values, ""))


def _decode(name: str, value: str) -> str:
    """Return a header decoded; one that can't be parsed is returned as it is."""
    try:
        return _printable(str(email.policy.default.header_fetch_parse(name, value)))
    except UNREADABLE:
        return _printable(value)


def _part(message: EmailMessage, kind: str) -> str:
    """Return the text of a part; a sentence instead if it can't be decoded."""
    try:
        part = message.get_body((kind,))
        return "" if part is None else _printable(part.get_content())
    except UNREADABLE:
        return "(This part can't be read. Its source can.)"


def _printable(text: str) -> str:
    """Return a text without the lone surrogates that malformed emails contain."""
    return text.encode("utf-8", "replace").decode()
