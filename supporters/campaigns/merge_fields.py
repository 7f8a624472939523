"""Merge fields: a closed list of plain placeholders, and texts that are split at them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import groupby
from typing import Self
from urllib.parse import quote

from supporters.text.text_direction import isolate

OPEN, CLOSE = "\ue000", "\ue001"
MERGE_FIELD = re.compile(rf"{OPEN}(\d+){CLOSE}|%EE%80%80(\d+)%EE%80%81")
MARK = re.compile(rf"[{OPEN}{CLOSE}]|%EE%80%8[01]", re.IGNORECASE)
Escape = Callable[[str], str]
FIELDS = ("given_name", "list_name", "party_name")
NEEDS_FALLBACK = ("given_name",)
PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
MAX_FALLBACK = 80
# The fields of other programs: in marks of their own, or a usual name in common marks.
_USUAL_NAME = (
    r"(?:\w+\.)?(?:f_?name|l_?name|(?:first|last|full|given)_?name|pr[eé]nom|nom|civilit[eé]"
    r"|e-?mail|unsubscribe|d[eé]sinscription)(?:[,|:][^\[\]{}%#]{0,60})?"
)
FOREIGN_FIELD = re.compile(
    r"\*\|[^|*\n]{1,60}\|\*|%%\w[\w.]{0,40}%%|\{%[^{}\n]{1,80}%\}|<%[^<>\n]{1,80}%>"
    rf"|\$\{{\w[\w.]{{0,40}}\}}"
    rf"|(?<!\[)\[{_USUAL_NAME}\]|\{{{_USUAL_NAME}\}}|%{_USUAL_NAME}%|##{_USUAL_NAME}##",
    re.IGNORECASE,
)
_GIVEN_NAME = re.compile(r"(?<![a-z])(?:f_?name|first_?name|given_?name|pr[eé]nom)", re.IGNORECASE)
GAP = re.compile(r"\[\[[^\[\]]+\]\](?!\()")  # before a bracket it is a button in Markdown


@dataclass(frozen=True)
class MergeField:
    """A use of a field in a text; `fallback` replaces a missing value."""

    field: str
    fallback: str = ""

    def value(self, given: str | None) -> str:
        """Return the text for this value of the field: always on one line."""
        return on_one_line(given or "") or self.fallback


def on_one_line(text: str) -> str:
    """Return a text without line breaks, and without spaces around it."""
    if text.isprintable():
        return text.strip()
    return " ".join(text.splitlines()).strip()


def mark(index: int) -> str:
    """Return the characters that mark the merge field of this index."""
    return f"{OPEN}{index}{CLOSE}"


def has_marks(text: str) -> bool:
    """Tell whether a text contains marks of merge fields, percent-encoded or not."""
    return MARK.search(text) is not None


def without_marks(text: str) -> str:
    """Return an outside text, such as a list's name, without anything that looks like a mark."""
    return MARK.sub("", text)


def percent_encode(value: str) -> str:
    """Return a value for the target of a link, where it can only be text."""
    return quote(value, safe="")


@dataclass(frozen=True)
class Placeholder:
    """A merge field in a split text, and the way its values are escaped."""

    slot: MergeField
    escape: Escape

    @property
    def field(self) -> str:
        """The name of the field."""
        return self.slot.field

    def value(self, given: str | None) -> str:
        """Return the escaped text for this value of the field."""
        value = self.slot.value(given)
        return self.escape(value if self.escape is percent_encode else isolate(value))


TextPiece = str | Placeholder


@dataclass(frozen=True)
class TemplateText:
    """A text split at its placeholders once, and joined for each recipient.

    Its pieces are texts, perhaps empty, with a placeholder between each two.
    """

    pieces: Sequence[TextPiece]

    def settle(self, values: Mapping[str, str]) -> Self:
        """Return the same text with some fields filled in, because they are the same for all."""
        settled = (
            piece.value(values[piece.field])
            if isinstance(piece, Placeholder) and piece.field in values
            else piece
            for piece in self.pieces
        )
        return replace(self, pieces=[*_merge(settled)])

    def fill(self, values: Mapping[str, str | None]) -> str:
        """Return the text of one recipient. `values` maps the names of fields."""
        return "".join(
            piece if isinstance(piece, str) else piece.value(values.get(piece.field))
            for piece in self.pieces
        )


def split_at_marks(marked: str, slots: Sequence[MergeField], *, escape: Escape) -> TemplateText:
    """Return the pieces of a marked text; `escape` is for the values outside of links."""
    pieces: list[TextPiece] = []
    end = 0
    for match in MERGE_FIELD.finditer(marked):
        is_in_link = match[1] is None
        slot = slots[int(match[1] or match[2])]
        pieces.append(marked[end : match.start()])
        pieces.append(Placeholder(slot, percent_encode if is_in_link else escape))
        end = match.end()
    return TemplateText([*pieces, marked[end:]])


def _merge(pieces: Iterable[TextPiece]) -> Iterator[TextPiece]:
    """Yield the pieces, with neighbouring texts joined."""
    for kind, neighbours in groupby(pieces, type):
        if kind is str:
            yield "".join(piece for piece in neighbours if isinstance(piece, str))
        else:
            yield from neighbours


class FaultKind(Enum):
    """The faults that the content of a campaign can have."""

    UNKNOWN_FIELD = auto()
    FALLBACK_MISSING = auto()
    FALLBACK_TOO_LONG = auto()
    BRACES_UNBALANCED = auto()
    PRIVATE_CHARACTER = auto()
    SUBJECT_POSES_AS_REPLY = auto()
    LINK_WITHOUT_SCHEME = auto()
    LINK_TEXT_VAGUE = auto()
    LINK_IS_PERSONAL = auto()
    IMAGE_FROM_ELSEWHERE = auto()
    PICTURE_UNKNOWN = auto()
    NESTED_TOO_DEEP = auto()
    TOO_MUCH_MARKUP = auto()
    NOTHING_TO_READ = auto()
    FOREIGN_FIELD = auto()
    FIELD_AS_TEXT = auto()
    BLOCK_AS_TEXT = auto()
    BUTTON_WITHOUT_WORDS = auto()
    BUTTON_WITHOUT_TARGET = auto()
    PICTURE_MISSING = auto()
    PICTURE_WITHOUT_DESCRIPTION = auto()
    EVENT_WITHOUT_TITLE = auto()
    EVENT_WITHOUT_TIME = auto()
    EVENT_ENDS_TOO_SOON = auto()
    SHARE_WITHOUT_TARGET = auto()
    GAP_LEFT = auto()


@dataclass(frozen=True)
class Fault:
    """One fault in the content, the words that it is about, and the block of the document."""

    kind: FaultKind
    words: str = ""
    block_id: str | None = None


def find_field_faults(text: str) -> Iterator[Fault]:
    """Yield the faults of the placeholders of a text."""
    for match in PLACEHOLDER.finditer(text):
        slot = read_placeholder(match[1])
        if slot.field not in FIELDS:
            yield Fault(FaultKind.UNKNOWN_FIELD, match[0])
        elif slot.field in NEEDS_FALLBACK and not slot.fallback:
            yield Fault(FaultKind.FALLBACK_MISSING, match[0])
        elif len(slot.fallback) > MAX_FALLBACK:
            yield Fault(FaultKind.FALLBACK_TOO_LONG, match[0])
    rest = PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        yield Fault(FaultKind.BRACES_UNBALANCED, "{{" if "{{" in rest else "}}")


def list_foreign_fields(text: str) -> list[str]:
    """Return the fields of other programs in a text, each once."""
    return [*dict.fromkeys(FOREIGN_FIELD.findall(PLACEHOLDER.sub("", text)))]


def field_for(foreign: str) -> str | None:
    """Return our field that says the same as one of another program; None if there is none."""
    return "given_name" if _GIVEN_NAME.search(foreign) else None


def find_gap_faults(text: str) -> Iterator[Fault]:
    """Yield the gaps of a template that nobody has filled in yet: words in double brackets."""
    return (Fault(FaultKind.GAP_LEFT, each) for each in GAP.findall(text))


def read_placeholder(inside: str) -> MergeField:
    """Return the merge field of what stands between the braces."""
    field, _, fallback = inside.partition("|")
    return MergeField(field.strip(), on_one_line(fallback))


class MergeFieldCollector:
    """Numbers the merge fields of all parts of one message."""

    def __init__(self) -> None:
        self._numbers: dict[MergeField, int] = {}

    @property
    def slots(self) -> list[MergeField]:
        """The merge fields, by their numbers."""
        return [*self._numbers]

    def add(self, slot: MergeField) -> str:
        """Return the mark of a merge field; equal fields get the same mark."""
        return mark(self._numbers.setdefault(slot, len(self._numbers)))

    def mark_fields(self, text: str) -> str:
        """Return a valid text with its placeholders replaced by marks."""
        return PLACEHOLDER.sub(lambda match: self.add(read_placeholder(match[1])), text)
