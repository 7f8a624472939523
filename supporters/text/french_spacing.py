"""Keeps French punctuation with its word: the ordinary space beside it becomes one that never ends
a line (U+202F, as in our own French texts). Nothing is inserted, and addresses stay as they are.
"""

import re

NARROW_SPACE = "\u202f"
# An address with the space after it: in a plain text, mail programs look for its end there.
_ADDRESS = r"(?:https?://|www\.)\S* ?|@[\w-]+(?:\.[\w-]+)+ ?"
_BEFORE = r"(?<!\s) (?![:;][)\]])(?=[:;!?»]+(?:[\s»”\"'’&.,…)\]]|$))"
_BREAKABLE = re.compile(rf"(?P<address>{_ADDRESS})|{_BEFORE}|(?<=«) (?=\S)", re.IGNORECASE)
_TAG_OR_TEXT = re.compile(r"<!--.*?-->|<[^>]*>|[^<]+", re.DOTALL)


def space_text(text: str, language: str) -> str:
    """Return a plain text with the spaces that its language needs."""
    return _BREAKABLE.sub(_replace, text) if language == "fr" else text


def space_html(html: str, language: str) -> str:
    """Return HTML with the spaces that its language needs, in its texts alone."""
    if language != "fr":
        return html
    return _TAG_OR_TEXT.sub(lambda found: _space_piece(found[0]), html)


def _space_piece(piece: str) -> str:
    return piece if piece.startswith("<") else _BREAKABLE.sub(_replace, piece)


def _replace(found: re.Match[str]) -> str:
    return found["address"] or NARROW_SPACE
