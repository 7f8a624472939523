"""The differences between two texts, word by word, for people who read a changed text again."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

WORD = re.compile(r"\S+[^\S\n]*|\n|[^\S\n]+")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
# The time of a comparison grows with the product of the lengths. Two texts beyond it, of which
# nothing at the beginning and the end agrees, are shown as replaced.
MOST_COMPARED = 400_000


class Change(StrEnum):
    """The fate of a piece of text: in both texts, or in one of them only."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class DifferencePiece:
    """A piece of text, and whether both texts have it."""

    change: Change
    text: str


def compare_texts(before: str, after: str) -> list[DifferencePiece]:
    """Return the pieces of two texts in order. The same pieces joined give each of them again.

    All line ends count as the same: browsers send two characters for each, files have one.
    """
    lines = _compare(_split_lines(before), _split_lines(after))
    pieces = (piece for old, new in lines for piece in _compare_words(old, new))
    return [*_join(pieces)]


def _split_lines(text: str) -> list[str]:
    return LINE.findall(with_one_line_end(text))


def with_one_line_end(text: str) -> str:
    """Return a text whose lines all end in the same character."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def has_changes(pieces: Sequence[DifferencePiece]) -> bool:
    """Tell whether two compared texts differ."""
    return any(piece.change is not Change.SAME for piece in pieces)


def _compare_words(old: str, new: str) -> Iterator[DifferencePiece]:
    if old == new:
        yield DifferencePiece(Change.SAME, old)
        return
    for removed, added in _compare(WORD.findall(old), WORD.findall(new)):
        if removed == added:
            yield DifferencePiece(Change.SAME, removed)
        else:
            yield DifferencePiece(Change.REMOVED, removed)
            yield DifferencePiece(Change.ADDED, added)


def _compare(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of texts in order: equal ones, and those that replace each other."""
    start = _count_equal(old, new)
    end = _count_equal(old[start:][::-1], new[start:][::-1])
    old_middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    yield "".join(old[:start]), "".join(new[:start])
    if len(old_middle) * len(new_middle) > MOST_COMPARED:
        yield "".join(old_middle), "".join(new_middle)
    else:
        matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
        for _tag, i, j, k, m in matcher.get_opcodes():
            yield "".join(old_middle[i:j]), "".join(new_middle[k:m])
    yield "".join(old[len(old) - end :]), "".join(new[len(new) - end :])


def _count_equal(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many pieces at the beginning agree."""
    pairs = zip(first, second, strict=False)
    return next(
        (number for number, (one, other) in enumerate(pairs) if one != other),
        min(len(first), len(second)),
    )


def _join(pieces: Iterator[DifferencePiece]) -> Iterator[DifferencePiece]:
    """Yield the pieces without empty ones, and with neighbours of one kind joined."""
    filled = (piece for piece in pieces if piece.text)
    for change, neighbours in groupby(filled, key=lambda piece: piece.change):
        yield DifferencePiece(change, "".join(piece.text for piece in neighbours))
