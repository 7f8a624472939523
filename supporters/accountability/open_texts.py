"""Frozen texts whose values of one reader are open, and the check that another text is such a text.

It looks for each fixed piece once, in the order of the text, so it takes no longer for bad texts.
"""

import re
import unicodedata
from datetime import date
from html import unescape
from itertools import permutations
from typing import NamedTuple
from urllib.parse import unquote

from supporters.campaigns.merge_fields import Placeholder, TemplateText, percent_encode
from supporters.mail.message.visible_words import fold_blanks
from supporters.text.local_dates import date_in

MARK = "\ue000"  # in place of a value; no frozen text has it
GIVEN_NAME, SUBSCRIBED_ON = "given_name", "subscribed_on"
LONGEST_NAME, MOST_NAMES, LONGEST_TOKEN = 60, 4, 600
BEGINNING = 20  # of a fixed piece, by which the end of a value is found in a text that was cut
TOKEN = re.compile(r"[\w.-]+", re.ASCII)
OF_A_NAME = " .'’·-\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"
DIGITS = re.compile(r"\d+")


class Match(NamedTuple):
    """The beginning of a text that is ours: where it ends, and the names in it."""

    end: int
    names: frozenset[str]


class OpenText:
    """A text with open values, its blanks folded."""

    def __init__(self, template: TemplateText, language: str) -> None:
        pieces = template.pieces
        self.marked = "".join(MARK if isinstance(each, Placeholder) else each for each in pieces)
        self._slots = [each for each in pieces if isinstance(each, Placeholder)]
        self._literals = fold_blanks(self.marked).split(MARK)
        self._language = language

    def match(self, text: str, *, is_cut: bool = False) -> Match | None:
        """Return the beginning of a folded text that is this one; None if it begins otherwise.

        A text that was cut must be the beginning of this one, as far as it goes.
        """
        at, names = len(self._literals[0]), set[str]()
        if not text.startswith(self._literals[0]):
            is_beginning = is_cut and self._literals[0].startswith(text)
            return Match(len(text), frozenset()) if is_beginning else None
        for slot, literal in zip(self._slots, self._literals[1:], strict=True):
            start = self._find_end_of_value(text, literal, at)
            if start < 0:
                is_beginning = is_cut and _ends_within(text, literal, at)
                return Match(len(text), frozenset(names)) if is_beginning else None
            if not self._is_possible(slot, text[at:start]):
                return None
            name = _read_value(slot, text[at:start])
            if slot.slot.field == GIVEN_NAME and name != fold_blanks(slot.slot.fallback):
                names.add(name)
            at = start + len(literal)
        return Match(at, frozenset(names))

    def is_whole(self, text: str) -> bool:
        """Tell whether a folded text is this one."""
        match = self.match(text)
        return match is not None and match.end == len(text)

    def _find_end_of_value(self, text: str, literal: str, at: int) -> int:
        if not literal:  # only at the end of a text
            return len(text)
        return text.find(literal, at, at + LONGEST_TOKEN + len(literal))

    def _is_possible(self, slot: Placeholder, value: str) -> bool:
        """Tell whether a reader can have this value. A name can't hold a sentence or a number."""
        if slot.slot.field == GIVEN_NAME:
            name = _read_value(slot, value)
            return name == fold_blanks(slot.slot.fallback) or _is_name(name)
        if slot.slot.field == SUBSCRIBED_ON:
            return _is_date(value, self._language)
        return len(value) <= LONGEST_TOKEN and TOKEN.fullmatch(value) is not None


def _ends_within(text: str, literal: str, at: int) -> bool:
    """Tell whether a cut text ends within a value, or within the fixed piece after it."""
    start = text.find(literal[:BEGINNING], at)
    return literal.startswith(text[start:]) if start >= 0 else len(text) - at <= LONGEST_TOKEN


def _read_value(slot: Placeholder, value: str) -> str:
    return fold_blanks(unquote(value) if slot.escape is percent_encode else unescape(value))


def _is_name(name: str) -> bool:
    is_short = 0 < len(name) <= LONGEST_NAME and len(name.split()) <= MOST_NAMES
    return is_short and all(
        each.isalpha() or each in OF_A_NAME or unicodedata.category(each).startswith("M")
        for each in name
    )


def _is_date(value: str, language: str) -> bool:
    """Tell whether a text is a day as our emails write it."""
    numbers = [int(each) for each in DIGITS.findall(value) if len(each) <= len("2026")]
    for day, year in permutations(numbers, 2) if len(numbers) == len(("day", "year")) else ():
        for month in range(1, 13):
            try:
                written = date_in(date(year, month, day), language)
            except ValueError:
                continue
            if fold_blanks(written) == value:
                return True
    return False
