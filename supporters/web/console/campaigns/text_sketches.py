"""A small picture of a message: where its titles, lines, buttons and pictures are.

It is drawn from the blocks, so it costs no request and no frame. Pure: a document in, shapes out.
"""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from supporters.campaigns.document.blocks import (
    AnyBlock,
    ButtonBlock,
    Callout,
    Divider,
    Document,
    EventBlock,
    Heading,
    ImageBlock,
    ListBlock,
    Pair,
    Quote,
    ShareBlock,
    Table,
)
from supporters.campaigns.document.inline_parts import FieldAtom, Node, Run, walk

WIDTH, HEIGHT = 120, 84
LEFT, TOP = 8, 6
INNER = WIDTH - 2 * LEFT
LINE, GAP = 4, 4
LETTERS = 62  # of a line
MOST_LINES = 4
MOST_WORDS = 30  # letters of a title
PICTURE = 26


class Shape(NamedTuple):
    """A rectangle, or words at a place, in the units of the picture. `kind` is its class."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    words: str = ""


def sketch(document: Document) -> list[Shape]:
    """Return the shapes of the beginning of a message, from its top."""
    shapes: list[Shape] = []
    y = float(TOP)
    for block in document.content:
        drawn = [each for each in _draw(block, y) if each.y < HEIGHT]
        shapes += drawn
        y = max((each.y + each.height for each in drawn), default=y) + GAP
        if y >= HEIGHT:
            break
    return shapes


def _draw(block: AnyBlock, y: float) -> Iterator[Shape]:
    match block:
        case Heading():
            yield Shape("title", LEFT, y, 0, 6, _shorten(_words_of(block)))
        case ButtonBlock():
            words = _shorten(_words_of(block))
            yield Shape("button", LEFT, y, 12 + 2.4 * len(words), 10, words)
        case ListBlock():
            yield from _draw_items(block, y)
        case ImageBlock():
            yield Shape("picture", LEFT, y, INNER, PICTURE)
        case Pair():
            yield from _draw_pair(block, y)
        case Callout() | Quote():
            yield from _draw_box(block, y)
        case _:
            yield from _draw_more(block, y)


def _draw_more(block: AnyBlock, y: float) -> Iterator[Shape]:
    match block:
        case EventBlock():
            yield Shape("box", LEFT, y, INNER, 17)
            yield Shape("title", LEFT + 4, y + 3, 0, 6, _shorten(block.attrs.title))
            yield Shape("line", LEFT + 4, y + 11.5, 40, 2)
        case Divider():
            yield Shape("line", LEFT, y, INNER, 0.8)
        case ShareBlock():
            yield from (Shape("dot", LEFT + 9 * number, y, 6, 6) for number in range(3))
        case Table():
            yield from _draw_cells(block, y)
        case _:
            yield from _draw_lines(block, Shape("line", LEFT, y, INNER, 2))


def _draw_lines(node: Node, first: Shape) -> Iterator[Shape]:
    """Yield a line for each row of words that the text fills, from the first one down."""
    rows = max(0.25, len(_words_of(node)) * INNER / first.width / LETTERS)
    count = min(ceil(rows), MOST_LINES)
    for number in range(count):
        width = first.width * max(0.25, min(1.0, rows - number))
        yield first._replace(y=first.y + number * LINE, width=round(width, 1))


def _draw_items(block: ListBlock, y: float) -> Iterator[Shape]:
    for number, item in enumerate(block.content[:MOST_LINES]):
        at = y + number * (LINE + 1)
        yield Shape("dot", LEFT, at, 2, 2)
        yield next(_draw_lines(item, Shape("line", LEFT + 5, at, INNER - 5, 2)))


def _draw_pair(block: Pair, y: float) -> Iterator[Shape]:
    is_left = block.attrs.side == "left"
    yield Shape("picture", LEFT if is_left else LEFT + INNER - PICTURE, y, PICTURE, PICTURE - 6)
    words = LEFT + PICTURE + GAP if is_left else LEFT
    yield from _draw_lines(block, Shape("line", words, y + 2, INNER - PICTURE - GAP, 2))


def _draw_box(block: Callout | Quote, y: float) -> Iterator[Shape]:
    lines = list(_draw_lines(block, Shape("line", LEFT + 5, y + 3, INNER - 10, 2)))
    height = lines[-1].y + 5 - y
    yield Shape("box", LEFT, y, INNER, height)
    yield Shape("bar", LEFT, y, 1.5, height)
    yield from lines


def _draw_cells(table: Table, y: float) -> Iterator[Shape]:
    columns = len(table.content[0].content)
    width = round(INNER / columns, 1)
    for row in range(min(len(table.content), MOST_LINES)):
        for column in range(columns):
            yield Shape("box", LEFT + column * width, y + row * 6, width, 6)


def _words_of(node: Node) -> str:
    return "".join(_word(part) for part in walk(node))


def _word(part: Node) -> str:
    match part:
        case Run():
            return part.text
        case FieldAtom():
            return part.attrs.fallback or "…"
        case _:
            return ""


def _shorten(words: str) -> str:
    plain = words.replace("[[", "").replace("]]", "").strip()
    return plain if len(plain) <= MOST_WORDS else f"{plain[: MOST_WORDS - 1].rstrip()}…"
