"""The inline parts of a document: texts with marks, merge fields and line breaks."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from supporters.campaigns.merge_fields import on_one_line

MAX_HREF = 2_000
MAX_LINE = 500
MAX_STORED_FALLBACK = 200  # longer than one that can be sent, so that a long one can be corrected
SCHEMES = frozenset({"https", "http", "mailto", "tel"})
MARK_ORDER = ("link", "em", "strong", "strike")

# Controls, line ends, and the private characters that mark merge fields while an email is made.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ue000\ue001]")
NOT_IN_HREF = re.compile(
    r"[\x00-\x20\x7f-\xa0\u2028\u2029\ue000\ue001<>\"]|%EE%80%8[01]", re.IGNORECASE
)
SCHEME = re.compile(r"([^/?#:]*):")


def scheme_of(href: str) -> str:
    """Return the scheme of a target in small letters; an empty text without one."""
    found = SCHEME.match(href)
    return found[1].lower() if found else ""


def _check_href(href: str) -> str:
    """Refuse a target that no mail program may open. One without a scheme is an unfinished one."""
    if NOT_IN_HREF.search(href):
        raise PydanticCustomError("href_character", "A link has no spaces or controls in it.")
    if SCHEME.match(href) and scheme_of(href) not in SCHEMES:
        raise PydanticCustomError("href_scheme", "A link begins with https, http, mailto or tel.")
    return href


def _without_controls(text: object) -> object:
    return CONTROLS.sub(" ", text) if isinstance(text, str) else text


def _on_one_line(text: object) -> object:
    return on_one_line(CONTROLS.sub(" ", text)) if isinstance(text, str) else text


Href = Annotated[str, StringConstraints(max_length=MAX_HREF), AfterValidator(_check_href)]
Line = Annotated[str, StringConstraints(max_length=MAX_LINE), BeforeValidator(_on_one_line)]
Words = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_without_controls)]
Fallback = Annotated[
    str,
    StringConstraints(max_length=MAX_STORED_FALLBACK, pattern=r"^[^{}]*$"),
    BeforeValidator(_on_one_line),
]
FieldName = Literal["given_name", "list_name", "party_name"]


class Node(BaseModel):
    """A part of a document. Attributes that the table doesn't name are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def children_of(node: Node) -> tuple[Node, ...]:
    """Return the parts of a part, in order."""
    content: tuple[Node, ...] = vars(node).get("content", ())
    return content


def walk(node: Node) -> Iterator[Node]:
    """Yield a part and everything in it, in order."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += reversed(children_of(here))


class LinkAttrs(Node):
    """The target of a link."""

    href: Annotated[Href, StringConstraints(min_length=1)]


class LinkMark(Node):
    """Makes words a link."""

    type: Literal["link"]
    attrs: LinkAttrs


class PlainMark(Node):
    """Makes words emphatic, strong, or struck out."""

    type: Literal["em", "strong", "strike"]


Mark = Annotated[LinkMark | PlainMark, Field(discriminator="type")]


def _in_order(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Return the marks in the order of the editor's table, one of each kind."""
    if len(marks) < 2:
        return marks
    by_kind = {mark.type: mark for mark in reversed(marks)}
    return tuple(by_kind[kind] for kind in MARK_ORDER if kind in by_kind)


def is_empty(values: tuple[object, ...]) -> bool:
    """Tell whether the JSON leaves this list out, as the editor does."""
    return not values


Marks = Annotated[
    tuple[Mark, ...], AfterValidator(_in_order), Field(default=(), exclude_if=is_empty)
]


class Run(Node):
    """A piece of text with the same marks."""

    type: Literal["text"]
    text: Words
    marks: Marks


class FieldAttrs(Node):
    """The name of a merge field, and the words for people who gave no value."""

    name: FieldName
    fallback: Fallback = ""


class FieldAtom(Node):
    """A merge field, which the editor moves and deletes as one character."""

    type: Literal["field"]
    attrs: FieldAttrs
    marks: Marks


def _no_marks(_marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    return ()


class HardBreak(Node):
    """A line break within a block. It may come with marks; they mean nothing, and are dropped."""

    type: Literal["hard_break"]
    marks: Annotated[Marks, AfterValidator(_no_marks)]


Inline = Annotated[Run | FieldAtom | HardBreak, Field(discriminator="type")]
LineInline = Annotated[Run | FieldAtom, Field(discriminator="type")]


def join_runs(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return the parts with neighbouring texts of the same marks joined, as the editor does."""
    joined: list[Inline] = []
    for marks, group in groupby(parts, lambda part: part.marks if isinstance(part, Run) else None):
        found = list(group)
        if marks is None or len(found) == 1:
            joined += found
        else:
            text = "".join(part.text for part in found if isinstance(part, Run))
            joined.append(Run(type="text", text=text, marks=marks))
    return tuple(joined)


Inlines = Annotated[
    tuple[Inline, ...], AfterValidator(join_runs), Field(default=(), exclude_if=is_empty)
]
LineInlines = Annotated[
    tuple[LineInline, ...], AfterValidator(join_runs), Field(default=(), exclude_if=is_empty)
]
