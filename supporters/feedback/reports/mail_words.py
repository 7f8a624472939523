"""Reads the words of an email: its headers as people read them, its text without the original."""

import re
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header
from html import unescape

from supporters.feedback.reports.mail_parts import MailPart

LONGEST_TEXT = 65_536
BEFORE, AFTER = 250, 1_000  # characters around an address
ADDRESS = re.compile(
    r"[^\s<>()\[\]\"'“”«»`,;:|=@\\]{1,128}@(?:[^\s<>()\[\]\"'“”«»`,;:|=@\\/]{1,253})"
)
RECIPIENT = re.compile(  # alone in a field: with each sign that an address may have
    r"\s*<?((?:\"[^\"@]{1,126}\"|[^\s<>\"@,;:()]{1,128})@[^\s<>@,;()]{1,253})>?"
)
TAG = re.compile(r"<[^<>]{0,2000}>")
END_OF_BLOCK = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,200}>")
SUBJECT = re.compile(
    r"(?im)^[ \t>]{0,20}(?:subject|sujet|objet|betreff|asunto|oggetto|assunto|onderwerp"
    r"|the subject of the message is)[ \t]{0,5}:[^\n]*$"
)
HIDDEN = ("style", "script", "head")
ENCODED = "=?"


def decode_words(value: str) -> str:
    """Return a header as people read it (RFC 2047)."""
    if ENCODED not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        piece if isinstance(piece, str) else _decode(piece, charset) for piece, charset in pieces
    )


def _decode(piece: bytes, charset: str | None) -> str:
    part = MailPart(parameters={"charset": charset or ""}, content=piece)
    return part.text()


def find_addresses(value: str, most: int = 50) -> list[str]:
    """Return the addresses in a header or a text, in their order and once each."""
    found: dict[str, None] = {}
    for each in ADDRESS.finditer(value):
        found.setdefault(each[0].strip(".*"))
        if len(found) >= most:
            break
    return list(found)


def find_recipient(field: str) -> str | None:
    """Return the address of a field that has one only."""
    found = RECIPIENT.match(field)
    return found[1].strip(".*") if found else next(iter(find_addresses(field, 1)), None)


def words_about(said: str, address: str | None, others: Iterable[str]) -> str:
    """Return what a text says of an address: from it to the next one; of a lonely one around it."""
    lowered = said.lower()
    at = lowered.find(address.lower()) if address else -1
    if address is None or at < 0:
        return " ".join(said[: BEFORE + AFTER].split())
    own = at + len(address)
    next_ones = {each.lower() for each in others} - {address.lower()}
    ends = [end for each in next_ones if (end := lowered.find(each, own)) >= 0]
    start = at if next_ones else max(0, at - BEFORE)
    return " ".join(said[start : min([*ends, own + AFTER])].split())


def without_subjects(text: str) -> str:
    """Return a text without the subjects that it quotes: they are our words."""
    return SUBJECT.sub("", text)


def read_text(mail: MailPart) -> str:
    """Return the text of an email, without attachments and without an enclosed email."""
    texts = [each for each in mail.walk() if not each.parts]
    own = [each for each in texts if each.kind.startswith("text/plain")]
    if own:
        return "\n".join(each.text() for each in own)[:LONGEST_TEXT]
    html = [each for each in texts if each.kind == "text/html"]
    return "\n".join(strip_tags(each.text()[:LONGEST_TEXT]) for each in html)[:LONGEST_TEXT]


def strip_tags(html: str) -> str:
    """Return the text of HTML."""
    for tag in HIDDEN:
        html = _leave_out(html, tag)
    return unescape(TAG.sub(" ", END_OF_BLOCK.sub("\n", html)))


def _leave_out(html: str, tag: str) -> str:
    lowered, shown, at = html.lower(), [], 0
    while (start := lowered.find(f"<{tag}", at)) >= 0:
        end = lowered.find(f"</{tag}", start)
        if end < 0:
            break
        shown.append(html[at:start])
        at = end
    return "".join([*shown, html[at:]])
