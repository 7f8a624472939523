"""Finds phrases in words, in time that grows with their length only: the words may be hostile."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from supporters.bounce_classes.codes import ENHANCED_CODE

STAR = "*"
MOST_BETWEEN = 60  # characters in the place of a star
ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{0,64}@[^\s<>()\[\]\"',;:]{1,255}")
NAME_OF_HOST = re.compile(r"\bhost [a-z0-9.-]{1,255}\.[a-z]{2,63}\b")
REPEATED_CODE = re.compile(r"\b[245]\d\d(?:-| (?=[245]\.\d))")
ELISION = re.compile(r"\b(qu|dell|all|[cdjlmnst])['’‘`\N{ACUTE ACCENT}](?=\w\w)")
APOSTROPHES = str.maketrans("", "", "'’‘`\N{ACUTE ACCENT}")


class Phrases:
    """Phrases to find. A star stands for a few characters; a phrase begins at a word."""

    def __init__(self, phrases: Iterable[str]) -> None:
        split = [_split(each) for each in phrases]
        self._plain = [parts[0] for parts in split if len(parts) == 1]
        self._with_stars = [parts for parts in split if len(parts) > 1]

    def are_in(self, text: str) -> bool:
        """Tell whether a plain text has one of them."""
        for phrase in self._plain:  # a plain loop is the quickest here
            if phrase in text:
                return True
        return any(_has(text, parts) for parts in self._with_stars)

    def begin(self, text: str) -> bool:
        """Tell whether a plain text begins with one of them."""
        return text.startswith(tuple(self._plain))


def plain(words: str) -> str:
    """Return words without case, accents, punctuation, codes, addresses and names of servers."""
    text = NAME_OF_HOST.sub("host", ADDRESS.sub(" @ ", words.casefold()))
    text = ENHANCED_CODE.sub(" ", REPEATED_CODE.sub(" ", text))
    return f" {_simplify(text)} "


def _simplify(text: str) -> str:
    """Return words alone. An elided article is one: servers without accents write `d au moins`."""
    elided = ELISION.sub(r"\1 ", text)
    bare = unicodedata.normalize("NFKD", elided).translate(APOSTROPHES)
    return " ".join("".join(_simplify_one(each) for each in bare).split())


def _simplify_one(character: str) -> str:
    if character.isalnum() or character == "@":
        return character
    return "" if unicodedata.combining(character) else " "


def _split(phrase: str) -> list[str]:
    first, *others = (_simplify(part.casefold()) for part in phrase.split(STAR))
    end = " " if phrase.endswith(" ") else ""  # it ends with a word
    return [f" {first}", *others] if others else [f" {first}{end}"]


def _has(text: str, parts: Sequence[str]) -> bool:
    return any(_follow(text, end, parts[1:]) for end in _ends(text, parts[0]))


def _ends(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at + len(part)
        at = text.find(part, at + 1)


def _follow(text: str, end: int, parts: Sequence[str]) -> bool:
    for part in parts:
        at = text.find(part, end, end + MOST_BETWEEN + len(part))
        if at < 0:
            return False
        end = at + len(part)
    return True
