"""Text with slots: fixed pieces, and places that each recipient's values are put into.

Slots stand in the text as private-use characters, which no sanitiser touches and no organiser
types. In the target of a link Markdown percent-encodes them; there the value is encoded too.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

OPEN, CLOSE = "\ue000", "\ue001"
SLOT = re.compile(rf"{OPEN}(\d+){CLOSE}|%EE%80%80(\d+)%EE%80%81")
MARK = re.compile(rf"[{OPEN}{CLOSE}]|%EE%80%8[01]", re.IGNORECASE)


@dataclass(frozen=True)
class Slot:
    """A place for the value of a field; `fallback` stands in where a person has none."""

    field: str
    fallback: str = ""


def mark(index: int) -> str:
    """Return the characters that stand for the slot of this index."""
    return f"{OPEN}{index}{CLOSE}"


def has_marks(text: str) -> bool:
    """Tell whether a text contains characters that stand for slots, percent-encoded or not."""
    return MARK.search(text) is not None


def without_marks(text: str) -> str:
    """Return a text from outside, such as a list's name, that can't be taken for a slot."""
    return MARK.sub("", text)


@dataclass(frozen=True)
class Piece:
    """A slot in a cut text; inside a link its value is percent-encoded."""

    slot: Slot
    is_in_link: bool


class SlottedText:
    """A text cut at its slots once, and joined for each recipient."""

    def __init__(self, marked: str, slots: Sequence[Slot], *, escape: Callable[[str], str]) -> None:
        self._escape = escape
        self._pieces: list[str | Piece] = []
        end = 0
        for match in SLOT.finditer(marked):
            self._pieces.append(marked[end : match.start()])
            index = int(match[1] or match[2])
            self._pieces.append(Piece(slots[index], is_in_link=match[1] is None))
            end = match.end()
        self._pieces.append(marked[end:])

    def fill(self, values: Mapping[str, str | None]) -> str:
        """Return the text of one recipient. `values` maps the names of fields."""
        return "".join(
            piece if isinstance(piece, str) else self._value(piece, values)
            for piece in self._pieces
        )

    def _value(self, piece: Piece, values: Mapping[str, str | None]) -> str:
        value = values.get(piece.slot.field) or piece.slot.fallback
        return quote(value, safe="") if piece.is_in_link else self._escape(value)
