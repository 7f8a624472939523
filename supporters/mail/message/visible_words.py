"""The words of emails as they are compared: decoded headers, folded blanks, sentences."""

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from html import unescape

LONGEST_VALUE = 2_000  # of a header: decoding it takes its square
HEADERS = (
    *("From", "Reply-To", "Subject", "List-Id", "List-Help", "List-Owner", "List-Post"),
    *("List-Unsubscribe", "List-Unsubscribe-Post"),
)
QUOTES = str.maketrans("", "", '"\\')
INLINE = re.compile(r"</?(?:a|abbr|b|code|em|i|s|small|span|strong|sub|sup|u)\b", re.IGNORECASE)
COMMENT, END_OF_COMMENT = "<!--", "-->"
END_OF_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def fold_blanks(text: str) -> str:
    """Return a text with one space for each run of blanks and line ends."""
    return " ".join(text.split())


def read_headers(message: Message) -> dict[str, str]:
    """Return the headers that readers see or answer to, decoded. One that occurs twice has both."""
    found = {name: message.get_all(name) or [] for name in HEADERS}
    return {name: " | ".join(map(decode_value, values)) for name, values in found.items()}


def decode_value(value: object) -> str:
    """Return the value of a header as it is read, without quotes, folded."""
    try:
        pieces = decode_header(str(value)[:LONGEST_VALUE])
    except (MessageError, ValueError):
        return fold_blanks(str(value)[:LONGEST_VALUE])
    texts = (
        piece.decode("utf-8" if charset != "iso-8859-1" else charset, errors="replace")
        if isinstance(piece, bytes)
        else piece
        for piece, charset in pieces
    )
    return fold_blanks("".join(texts).translate(QUOTES))


def list_sentences(text: str) -> list[str]:
    """Return the sentences of a plain text, folded, without empty ones."""
    lines = (fold_blanks(line) for line in text.splitlines())
    sentences = (each for line in lines for each in END_OF_SENTENCE.split(line))
    return [each for each in sentences if any(map(str.isalnum, each))]


def list_html_sentences(html: str) -> list[str]:
    """Return the sentences of an HTML part: its words, and those that describe its pictures."""
    return list_sentences(unescape("".join(_list_words(html))))


def _list_words(html: str) -> Iterator[str]:
    """Yield the text between tags; each tag that is no part of a sentence begins a line.

    It looks for ends only, so it takes as long as the text. Tests of genuine emails compare all of
    the HTML, so these words only name what is wrong.
    """
    at, size = 0, len(html)
    while (start := html.find("<", at)) >= 0:
        yield fold_line_ends(html[at:start])
        is_comment = html.startswith(COMMENT, start)
        end = html.find(END_OF_COMMENT, start + 2) + 2 if is_comment else html.find(">", start)
        if end < start:
            return
        tag, at = html[start:end], end + 1
        if tag.lower().startswith(("<style", "<title")):
            close = html.find("<", at)
            at = size if close < 0 else close
        yield "" if INLINE.match(tag) else "\n"
    yield fold_line_ends(html[at:])


def fold_line_ends(text: str) -> str:
    """Return a text on one line."""
    return text.replace("\r", " ").replace("\n", " ")
