"""Compares a message that went through the relay with the one that we sent."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from html.parser import HTMLParser

from supporters.delivery_setup.loop_signatures import Signature
from supporters.mail.message.visible_words import decode_value

LARGEST = 256 * 1024
LONGEST_DETAIL = 200
ENDS_OF_WORDS = re.compile(r"\s+")
WHAT_IS_LOADED = re.compile(r"(?:https?:)?//[^\s'\"()<>]+", re.IGNORECASE)
SHARED_HEADERS = ("From", "Reply-To", "Subject", "Message-ID", "Auto-Submitted")
OF_A_LIST = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID")
OF_PROVIDERS = {"Message-ID", "Feedback-ID"}  # large ones give their own, and nobody misses ours
ONE_CLICK = {"list-unsubscribe", "list-unsubscribe-post"}  # RFC 8058 section 4
TOO_MANY_WORDS = 8
HIDDEN = {"style", "script", "title"}


class LoopFault(StrEnum):
    """The ways in which a relay changes our message. Its value is stored."""

    PICTURE_ADDED = "picture_added"
    LINK_REWRITTEN = "link_rewritten"
    HEADER_MISSING = "header_missing"
    HEADER_CHANGED = "header_changed"
    TEXT_ADDED = "text_added"
    TEXT_MISSING = "text_missing"
    PART_MISSING = "part_missing"
    PART_ADDED = "part_added"
    UNSIGNED = "unsigned"
    SIGNATURE_BROKEN = "signature_broken"
    SIGNED_BY_OTHERS = "signed_by_others"
    HEADER_UNSIGNED = "header_unsigned"
    AUTHENTICATION_FAILED = "authentication_failed"
    CLOCK_WRONG = "clock_wrong"


@dataclass(frozen=True)
class LoopFinding:
    """A fault, with its detail: a header, an address, the words that were added."""

    fault: LoopFault
    detail: str = ""


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
        for name, value in attrs:
            if (tag, name) == ("a", "href"):
                self.links.append(value or "")
            elif (tag, name) == ("img", "src"):
                self.pictures.append(value or "")
            elif not name.startswith("xmlns"):
                self.pictures += WHAT_IS_LOADED.findall(value or "")
        self._hidden += tag in HIDDEN

    def handle_endtag(self, tag: str) -> None:
        """Go back to what is read."""
        self._hidden -= tag in HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        """Collect words that are shown, and what a style sheet loads."""
        if self._hidden:
            self.pictures += WHAT_IS_LOADED.findall(data)
        else:
            self.words += ENDS_OF_WORDS.split(data.strip())


def compare(sent: bytes, received: bytes, signatures: Sequence[Signature]) -> list[LoopFinding]:
    """Return what differs, and what is wrong with the signatures of the received message."""
    ours, theirs = message_from_bytes(sent), message_from_bytes(received[:LARGEST])
    return [
        *_compare_headers(ours, theirs),
        *_check_signatures(ours, signatures),
        *_compare_parts(_parts(ours), _parts(theirs)),
        *_read_results(theirs),
    ]


def _compare_headers(ours: Message, theirs: Message) -> Iterator[LoopFinding]:
    for name in (*SHARED_HEADERS, *OF_A_LIST):
        expected = [decode_value(each) for each in ours.get_all(name) or []]
        found = [decode_value(each) for each in theirs.get_all(name) or []]
        if expected and not found:
            yield LoopFinding(LoopFault.HEADER_MISSING, name)
        elif name in OF_PROVIDERS:
            continue
        elif expected != found and (expected or name in OF_A_LIST):
            detail = f"{name}: {' | '.join(found)}"
            yield LoopFinding(LoopFault.HEADER_CHANGED, detail[:LONGEST_DETAIL])


def _check_signatures(ours: Message, signatures: Sequence[Signature]) -> Iterator[LoopFinding]:
    if not signatures:
        yield LoopFinding(LoopFault.UNSIGNED)
        return
    aligned = [each for each in signatures if each.is_aligned]
    counting = [each for each in aligned if each.verifies is not False]
    if not counting:
        fault = LoopFault.SIGNATURE_BROKEN if aligned else LoopFault.SIGNED_BY_OTHERS
        domains = ", ".join(dict.fromkeys(each.domain for each in aligned or signatures))
        yield LoopFinding(fault, domains[:LONGEST_DETAIL])
    if "List-Unsubscribe" not in ours:
        return
    chosen = counting or aligned or signatures
    signed = max((ONE_CLICK.intersection(each.headers) for each in chosen), key=len)
    for name in OF_A_LIST:
        if name.lower() in ONE_CLICK - signed:
            yield LoopFinding(LoopFault.HEADER_UNSIGNED, name)


def _parts(message: Message) -> dict[str, str]:
    """Return the text of all parts of each type, however it is encoded."""
    parts: dict[str, str] = {}
    for part in message.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        octets = payload if isinstance(payload, bytes) else b""
        try:
            text = octets.decode(part.get_content_charset() or "ascii", "replace")
        except LookupError:
            text = octets.decode("utf-8", "replace")
        kind = part.get_content_type()
        parts[kind] = f"{parts.get(kind, '')}\n{text}"
    return parts


def _compare_parts(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[LoopFinding]:
    for kind, text in ours.items():
        if kind not in theirs:
            yield LoopFinding(LoopFault.PART_MISSING, kind)
        elif kind == "text/html":
            yield from _compare_html(_Html(text), _Html(theirs[kind]))
        else:
            yield from _compare_words(text.split(), theirs[kind].split(), kind)
    for kind in theirs.keys() - ours.keys():
        yield LoopFinding(LoopFault.PART_ADDED, kind[:LONGEST_DETAIL])


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
