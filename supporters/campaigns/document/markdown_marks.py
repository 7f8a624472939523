"""Writes inline parts as Markdown, so that a reader of CommonMark finds the same marks again.

A mark counts only between certain characters: `**Hé !**toi` isn't strong. Where the neighbours
would spoil a mark, one of them is written as an entity: `**Hé !**&#116;oi`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace

from supporters.campaigns.document.inline_parts import (
    FieldAtom,
    HardBreak,
    Inline,
    LinkMark,
    Mark,
    Run,
    scheme_of,
)

DELIMITERS = {"em": "_", "strong": "**", "strike": "~~"}
NESTING = ("link", "strong", "strike", "em")
LINE_BREAK = "\\\n"
SPECIAL = re.compile(r"[\\`*\[\]<~]|(?<![^\W_])_|_(?![^\W_])")  # an underscore in a word is none
ENTITY = re.compile(r"&(?=#\w+;|\w+;)")
BARE_LINK = re.compile(r"(?<=[A-Za-z]):(?=//)")
TYPED_FIELD = re.compile(r"\{(?=\{\s*(?:given_name|list_name|party_name)\b)")
LINE_START = re.compile(r"([-+=:>#|]|\d+(?=[.)]))")


@dataclass
class Piece:
    """A piece of Markdown: a text not yet escaped, the delimiter of a mark, or finished markup."""

    text: str
    is_text: bool = False
    opens: bool = False
    closes: bool = False
    is_first_encoded: bool = False
    is_last_encoded: bool = False

    def __str__(self) -> str:
        """Return the Markdown of this piece."""
        if not self.is_text:
            return self.text
        start = 1 if self.is_first_encoded else 0
        end = len(self.text) - (1 if self.is_last_encoded else 0)
        first = _entity(self.text[0]) if start else ""
        last = _entity(self.text[-1]) if end < len(self.text) and end >= start else ""
        return first + escape_text(self.text[start:end]) + last


def write_inline(parts: Sequence[Inline]) -> str:
    """Return the Markdown of the words of a block; a line of it for each line break."""
    pieces = _list_pieces(parts)
    before = -1
    while before != (encoded := _count_encoded(pieces)):  # an entity can spoil another mark
        before = encoded
        _protect_all(pieces)
    lines = "".join(map(str, pieces)).split("\n")
    return "\n".join(map(escape_line, lines))


def escape_text(text: str) -> str:
    """Return a text in which nothing is markup, wherever in a line it stands."""
    escaped = SPECIAL.sub(r"\\\g<0>", text)
    escaped = BARE_LINK.sub(r"\\:", ENTITY.sub("&amp;", escaped))
    return TYPED_FIELD.sub(r"\\{", escaped)


def escape_line(line: str) -> str:
    """Return a line that begins no block of another kind."""
    found = LINE_START.match(line)
    if found is None:
        return line
    head = found[1]
    return f"{head}\\{line[len(head) :]}" if head.isdigit() else f"\\{line}"


def write_field(field: FieldAtom) -> str:
    """Return the placeholder of a merge field."""
    fallback = f" | {field.attrs.fallback}" if field.attrs.fallback else ""
    return f"{{{{ {field.attrs.name}{fallback} }}}}"


def write_target(href: str) -> str:
    """Return the target of a link, for within its parentheses."""
    escaped = ENTITY.sub("&amp;", href.replace("\\", "\\\\"))
    return escaped if escaped and not re.search(r"[()]", escaped) else f"<{escaped}>"


def _list_pieces(parts: Sequence[Inline]) -> list[Piece]:
    pieces: list[Piece] = []
    open_marks: list[Mark] = []
    for part in parts:
        if _is_bare_link(part):
            pieces += [_close(mark) for mark in reversed(open_marks)]
            open_marks = []
            pieces.append(Piece(f"<{part.text}>"))
            continue
        wanted = sorted(part.marks, key=lambda mark: NESTING.index(mark.type))
        common = _count_common(open_marks, wanted)
        while len(open_marks) > common:
            pieces.append(_close(open_marks.pop()))
        for mark in wanted[common:]:
            open_marks.append(mark)
            pieces.append(_open(mark))
        pieces.append(_write_part(part))
    pieces += [_close(mark) for mark in reversed(open_marks)]
    return pieces


def _is_bare_link(part: Inline) -> TypeGuard[Run]:
    """Tell whether the words of a link are its target."""
    if not isinstance(part, Run) or len(part.marks) != 1:
        return False
    mark = part.marks[0]
    is_target = isinstance(mark, LinkMark) and part.text == mark.attrs.href
    return is_target and bool(scheme_of(part.text)) and "{{" not in part.text


def _count_common(first: Sequence[Mark], second: Sequence[Mark]) -> int:
    pairs = zip(first, second, strict=False)
    differ = (index for index, (one, other) in enumerate(pairs) if one != other)
    return next(differ, min(len(first), len(second)))


def _open(mark: Mark) -> Piece:
    return Piece("[") if isinstance(mark, LinkMark) else Piece(DELIMITERS[mark.type], opens=True)


def _close(mark: Mark) -> Piece:
    if isinstance(mark, LinkMark):
        return Piece(f"]({write_target(mark.attrs.href)})")
    return Piece(DELIMITERS[mark.type], closes=True)


def _write_part(part: Inline) -> Piece:
    match part:
        case Run():
            return Piece(part.text, is_text=True)
        case FieldAtom():
            return Piece(write_field(part))
        case HardBreak():
            return Piece(LINE_BREAK)


def _count_encoded(pieces: Sequence[Piece]) -> int:
    return sum(piece.is_first_encoded + piece.is_last_encoded for piece in pieces)


def _protect_all(pieces: Sequence[Piece]) -> None:
    for index, piece in enumerate(pieces):
        before, after = _at(pieces, index - 1), _at(pieces, index + 1)
        if piece.opens or piece.closes:
            _protect(piece, before, after)
        elif piece.is_text:
            _keep_spaces(piece, before, after)
            if piece.text.endswith("!") and after.text == "[":
                piece.is_last_encoded = True  # with the link it would be an image


def _at(pieces: Sequence[Piece], index: int) -> Piece:
    """Return a neighbour; beyond the ends there are line ends."""
    return pieces[index] if 0 <= index < len(pieces) else Piece("\n")


def _protect(delimiter: Piece, before: Piece, after: Piece) -> None:
    """Write the neighbours of a delimiter so that it opens or closes what it should."""
    outer, inner = (before, after) if delimiter.opens else (after, before)
    if inner.is_text and isWhiteSpace(ord(inner.text[0 if delimiter.opens else -1])):
        _encode(inner, is_first=delimiter.opens)
    is_word = _is_word(outer, is_first=not delimiter.opens)
    if is_word and (delimiter.text == "_" or not _is_word(inner, is_first=delimiter.opens)):
        _encode(outer, is_first=not delimiter.opens)


def _keep_spaces(piece: Piece, before: Piece, after: Piece) -> None:
    """Encode the spaces at the beginning and the end of a line, which are lost otherwise."""
    if before.text.endswith("\n") and piece.text[0].isspace():
        piece.is_first_encoded = True
    if after.text in {"\n", LINE_BREAK} and piece.text[-1].isspace():
        piece.is_last_encoded = True


def _encode(piece: Piece, *, is_first: bool) -> None:
    if is_first:
        piece.is_first_encoded = True
    else:
        piece.is_last_encoded = True


def _is_word(piece: Piece, *, is_first: bool) -> bool:
    """Tell whether a piece has neither space nor punctuation at this end."""
    is_encoded = piece.is_first_encoded if is_first else piece.is_last_encoded
    if not piece.is_text or is_encoded:
        return False
    character = piece.text[0 if is_first else -1]
    is_mark = isPunctChar(character) or isMdAsciiPunct(ord(character))
    return not is_mark and not isWhiteSpace(ord(character))


def _entity(character: str) -> str:
    return f"&#{ord(character)};"
