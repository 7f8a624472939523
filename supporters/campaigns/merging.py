"""Merge fields: a closed list of plain placeholders with fallbacks, not a template language.

`{{ given_name | friend }}` becomes the reader's name, or "friend" (REQ-118).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from supporters.campaigns.slots import Slot, mark, on_one_line

FIELDS = ("given_name", "list_name", "party_name")
NEEDS_FALLBACK = ("given_name",)
PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
MAX_FALLBACK = 80


class FaultKind(Enum):
    """What can be wrong with the content of a campaign."""

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
    NESTED_TOO_DEEP = auto()
    NOTHING_TO_READ = auto()


@dataclass(frozen=True)
class Fault:
    """One thing to mend in the content, and the words that it is about."""

    kind: FaultKind
    words: str = ""


def find_field_faults(text: str) -> Iterator[Fault]:
    """Yield what is wrong with the placeholders of a text."""
    for match in PLACEHOLDER.finditer(text):
        slot = _read(match[1])
        if slot.field not in FIELDS:
            yield Fault(FaultKind.UNKNOWN_FIELD, match[0])
        elif slot.field in NEEDS_FALLBACK and not slot.fallback:
            yield Fault(FaultKind.FALLBACK_MISSING, match[0])
        elif len(slot.fallback) > MAX_FALLBACK:
            yield Fault(FaultKind.FALLBACK_TOO_LONG, match[0])
    rest = PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        yield Fault(FaultKind.BRACES_UNBALANCED, "{{" if "{{" in rest else "}}")


def _read(inside: str) -> Slot:
    field, _, fallback = inside.partition("|")
    return Slot(field.strip(), on_one_line(fallback))


class SlotCollector:
    """Numbers the slots of all parts of one message."""

    def __init__(self) -> None:
        self._numbers: dict[Slot, int] = {}

    @property
    def slots(self) -> list[Slot]:
        """The slots, by their numbers."""
        return [*self._numbers]

    def add(self, slot: Slot) -> str:
        """Return the mark of a slot, the same for the same slot."""
        return mark(self._numbers.setdefault(slot, len(self._numbers)))

    def mark_fields(self, text: str) -> str:
        """Return a faultless text with its placeholders replaced by marks."""
        return PLACEHOLDER.sub(lambda match: self.add(_read(match[1])), text)
