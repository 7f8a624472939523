"""Compares a message that went through the relay with the one that we sent."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from html.parser import HTMLParser

from supporters.delivery_setup.dmarc_records import read_tags
from supporters.mail.message.visible_words import fold_blanks

LARGEST = 256 * 1024
LONGEST_DETAIL = 200
ENDS_OF_WORDS = re.compile(r"\s+")
SHARED_HEADERS = ("From", "Reply-To", "Subject", "Message-ID", "Auto-Submitted")
OF_A_LIST = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID")
ONE_CLICK = {"list-unsubscribe", "list-unsubscribe-post"}  # RFC 8058 section 4
TOO_MANY_WORDS = 8


class LoopFault(StrEnum):
    """The ways in which a relay changes our message. Its value is stored."""

    PICTURE_ADDED = "picture_added"
    LINK_REWRITTEN = "link_rewritten"
    HEADER_MISSING = "header_missing"
    HEADER_CHANGED = "header_changed"
    TEXT_ADDED = "text_added"
    TEXT_MISSING = "text_missing"
    PART_MISSING = "part_missing"
    ENCODING_CHANGED = "encoding_changed"
    UNSIGNED = "unsigned"
    SIGNED_BY_OTHERS = "signed_by_others"
    HEADER_UNSIGNED = "header_unsigned"
    AUTHENTICATION_FAILED = "authentication_failed"
    CLOCK_WRONG = "clock_wrong"


@dataclass(frozen=True)
class LoopFinding:
    """A fault, with its detail: a header, an address, the words that were added."""

    fault: LoopFault
    detail: str = ""


@dataclass(frozen=True)
class Signature:
    """A DKIM-Signature of a message: who signed, with which key, and which headers."""

    domain: str
    selector: str
    headers: frozenset[str]


class _Html(HTMLParser):
    """Collects the links, pictures and words of an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what a tag loads or leads to."""
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag == "img":
            self.pictures.append(given.get("src") or "")
        for name in ("background", "style"):
            self.pictures += re.findall(r"https?:[^\s'\")]+", given.get(name) or "")
        self._hidden += tag in {"style", "script", "title"}

    def handle_endtag(self, tag: str) -> None:
        """Go back to what is read."""
        self._hidden -= tag in {"style", "script", "title"} and self._hidden > 0

    def handle_data(self, data: str) -> None:
        """Collect words that are shown."""
        if not self._hidden:
            self.words += ENDS_OF_WORDS.split(data.strip())


def read_signatures(raw: bytes) -> list[Signature]:
    """Return the signatures of a message."""
    return _signatures(message_from_bytes(raw[:LARGEST]))


def _signatures(message: Message) -> list[Signature]:
    found = []
    for value in message.get_all("DKIM-Signature") or []:
        tags = read_tags(str(value).replace("\r", "").replace("\n", ""))
        headers = frozenset(each.strip().lower() for each in tags.get("h", "").split(":"))
        found.append(Signature(tags.get("d", "").lower(), tags.get("s", "").lower(), headers))
    return found


def compare(sent: bytes, received: bytes, aligned: Iterable[str]) -> list[LoopFinding]:
    """Return what differs. `aligned` are the domains whose signatures count for our From."""
    ours, theirs = message_from_bytes(sent), message_from_bytes(received[:LARGEST])
    return [
        *_compare_headers(ours, theirs),
        *_compare_signatures(ours, theirs, {*aligned}),
        *_compare_parts(_parts(ours), _parts(theirs)),
        *_read_results(theirs),
    ]


def _compare_headers(ours: Message, theirs: Message) -> Iterator[LoopFinding]:
    for name in (*SHARED_HEADERS, *OF_A_LIST):
        expected = [fold_blanks(str(each)) for each in ours.get_all(name) or []]
        found = [fold_blanks(str(each)) for each in theirs.get_all(name) or []]
        if expected and not found:
            yield LoopFinding(LoopFault.HEADER_MISSING, name)
        elif expected != found and (expected or name in OF_A_LIST):
            detail = f"{name}: {' | '.join(found)}"
            yield LoopFinding(LoopFault.HEADER_CHANGED, detail[:LONGEST_DETAIL])


def _compare_signatures(ours: Message, theirs: Message, aligned: set[str]) -> Iterator[LoopFinding]:
    signatures = _signatures(theirs)
    if not signatures:
        yield LoopFinding(LoopFault.UNSIGNED)
        return
    counting = [each for each in signatures if each.domain in aligned]
    if not counting:
        domains = ", ".join(dict.fromkeys(each.domain for each in signatures))
        yield LoopFinding(LoopFault.SIGNED_BY_OTHERS, domains[:LONGEST_DETAIL])
    if "List-Unsubscribe" not in ours:
        return
    signed = max((each.headers & ONE_CLICK for each in counting or signatures), key=len)
    for name in OF_A_LIST:
        if name.lower() in ONE_CLICK - signed:
            yield LoopFinding(LoopFault.HEADER_UNSIGNED, name)


def _parts(message: Message) -> dict[str, tuple[str, str]]:
    """Return the first part of each type, as text, and how it is encoded."""
    parts: dict[str, tuple[str, str]] = {}
    for part in message.walk():
        if part.is_multipart() or part.get_content_type() in parts:
            continue
        payload = part.get_payload(decode=True)
        octets = payload if isinstance(payload, bytes) else b""
        try:
            text = octets.decode(part.get_content_charset() or "ascii", "replace")
        except LookupError:
            text = octets.decode("utf-8", "replace")
        encoding = str(part.get("Content-Transfer-Encoding", "7bit")).strip().lower()
        parts[part.get_content_type()] = text, encoding
    return parts


def _compare_parts(
    ours: Mapping[str, tuple[str, str]], theirs: Mapping[str, tuple[str, str]]
) -> Iterator[LoopFinding]:
    for kind, (text, encoding) in ours.items():
        if kind not in theirs:
            yield LoopFinding(LoopFault.PART_MISSING, kind)
            continue
        their_text, their_encoding = theirs[kind]
        if encoding != their_encoding:
            detail = f"{kind}: {encoding} → {their_encoding}"
            yield LoopFinding(LoopFault.ENCODING_CHANGED, detail[:LONGEST_DETAIL])
        if kind == "text/html":
            yield from _compare_html(_Html(text), _Html(their_text))
        else:
            yield from _compare_words(text.split(), their_text.split(), kind)


def _compare_html(ours: _Html, theirs: _Html) -> Iterator[LoopFinding]:
    for each in _beyond(theirs.pictures, ours.pictures):
        yield LoopFinding(LoopFault.PICTURE_ADDED, each[:LONGEST_DETAIL])
    lost, added = _beyond(ours.links, theirs.links), _beyond(theirs.links, ours.links)
    for link in lost:
        detail = f"{link} → {added[0]}" if added else link
        yield LoopFinding(LoopFault.LINK_REWRITTEN, detail[:LONGEST_DETAIL])
        break
    yield from _compare_words(ours.words, theirs.words, "text/html")


def _compare_words(ours: Sequence[str], theirs: Sequence[str], kind: str) -> Iterator[LoopFinding]:
    """Yield words that were added or lost; an address in plain text is a link."""
    added, lost = _beyond(theirs, ours), _beyond(ours, theirs)
    links = [each for each in lost if each.startswith(("http://", "https://"))]
    if links:
        new = [each for each in added if each.startswith(("http://", "https://"))]
        detail = " → ".join([links[0], *new[:1]])
        yield LoopFinding(LoopFault.LINK_REWRITTEN, detail[:LONGEST_DETAIL])
        added = [each for each in added if each not in new]
        lost = [each for each in lost if each not in links]
    for words, fault in ((added, LoopFault.TEXT_ADDED), (lost, LoopFault.TEXT_MISSING)):
        if words:
            shown = " ".join(words[:TOO_MANY_WORDS])
            yield LoopFinding(fault, f"{kind}: {shown}"[:LONGEST_DETAIL])


def _beyond(these: Sequence[str], those: Sequence[str]) -> list[str]:
    """Return what is in a list and not in another, each as often as it is too many."""
    surplus = Counter(filter(None, these)) - Counter(those)
    return [*surplus.elements()]


def _read_results(theirs: Message) -> Iterator[LoopFinding]:
    """Yield what the server that took the message says of its authentication (RFC 8601)."""
    results = str((theirs.get_all("Authentication-Results") or [""])[0]).lower()
    for method in ("dkim", "spf", "dmarc"):
        answers = re.findall(rf"\b{method}=(\w+)", results)
        if answers and "pass" not in answers and {*answers} & {"fail", "permerror", "softfail"}:
            yield LoopFinding(LoopFault.AUTHENTICATION_FAILED, f"{method}={answers[0]}")
