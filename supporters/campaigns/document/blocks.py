"""The closed table of what a campaign is written with, in the JSON of the editor.

The editor has the same table (static/js/composer/schema.js), and its tree is stored as it is. Every
new block needs a decision (ADR 054).
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from supporters.campaigns.document.inline_parts import (
    Href,
    Inlines,
    Line,
    LineInline,
    LineInlines,
    Node,
    Run,
    children_of,
    is_empty,
    join_runs,
)

VERSION = 1
MAX_BLOCKS = 500
MAX_LIST_DEPTH = 9
MAX_COLUMNS = 12
LOCAL_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
NO_TIME = ""


def _check_minute(moment: str) -> str:
    if moment != NO_TIME:
        try:
            is_minute = LOCAL_MINUTE.fullmatch(moment) is not None
            datetime.fromisoformat(moment)
        except ValueError:
            is_minute = False
        if not is_minute:
            raise PydanticCustomError("local_minute", "A time looks like 2026-12-03T19:00.")
    return moment


def _check_heading(parts: tuple[LineInline, ...]) -> tuple[LineInline, ...]:
    if any(mark.type != "em" for part in parts for mark in part.marks):
        raise PydanticCustomError("heading_marks", "A title has emphasis, and no other mark.")
    return parts


def _check_button(parts: tuple[Run, ...]) -> tuple[Run, ...]:
    if any(part.marks for part in parts):
        raise PydanticCustomError("button_marks", "The words of a button have no marks.")
    return parts


BlockId = Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10}$")]
Minute = Annotated[str, AfterValidator(_check_minute)]
Picture = Annotated[str, StringConstraints(pattern=r"^(img_[0-9A-Za-z_-]{1,40})?$")]
HeadingWords = Annotated[LineInlines, AfterValidator(_check_heading)]
ButtonWords = Annotated[
    tuple[Run, ...],
    AfterValidator(join_runs),
    AfterValidator(_check_button),
    Field(default=(), exclude_if=is_empty),
]


class BlockAttrs(Node):
    """The id that a block of the document keeps for life. Blocks within others need none."""

    id: BlockId | None = None


class Paragraph(Node):
    """A paragraph."""

    type: Literal["paragraph"]
    attrs: BlockAttrs = BlockAttrs()
    content: Inlines


class HeadingAttrs(BlockAttrs):
    """The level of a title. The subject is the title of level 1."""

    level: Literal[2, 3] = 2


class Heading(Node):
    """A title within the message."""

    type: Literal["heading"]
    attrs: HeadingAttrs = HeadingAttrs()
    content: HeadingWords


def _check_item(parts: tuple["Paragraph | ListBlock", ...]) -> tuple["Paragraph | ListBlock", ...]:
    if [isinstance(part, ListBlock) for part in parts] not in ([False], [False, True]):
        raise PydanticCustomError("list_item", "An item is a paragraph, and perhaps a list.")
    return parts


class ListItem(Node):
    """An item of a list: a paragraph, and perhaps a list within it."""

    type: Literal["list_item"]
    content: Annotated[
        "tuple[Annotated[Paragraph | ListBlock, Field(discriminator='type')], ...]",
        AfterValidator(_check_item),
    ]


class ListBlock(Node):
    """A list with dots or numbers."""

    type: Literal["bullet_list", "ordered_list"]
    attrs: BlockAttrs = BlockAttrs()
    content: Annotated[tuple[ListItem, ...], Field(min_length=1)]


class Quote(Node):
    """A quotation of one or more paragraphs."""

    type: Literal["quote"]
    attrs: BlockAttrs = BlockAttrs()
    content: Annotated[tuple[Paragraph, ...], Field(min_length=1)]


class ButtonAttrs(BlockAttrs):
    """The target of a button. It is empty until somebody types it."""

    href: Href = ""


class ButtonBlock(Node):
    """A button: a link that is seen at once."""

    type: Literal["button"]
    attrs: ButtonAttrs = ButtonAttrs()
    content: ButtonWords


class Callout(Node):
    """A box with a colour of its own."""

    type: Literal["callout"]
    attrs: BlockAttrs = BlockAttrs()
    content: Annotated[
        tuple[Annotated[Paragraph | ListBlock | ButtonBlock, Field(discriminator="type")], ...],
        Field(min_length=1),
    ]


class ImageAttrs(BlockAttrs):
    """An uploaded picture, its description, its target and its caption."""

    image: Picture = ""
    alt: Line = ""
    decorative: bool = False
    href: Href = ""
    caption: Line = ""


class ImageBlock(Node):
    """A picture on a line of its own."""

    type: Literal["image"]
    attrs: ImageAttrs = ImageAttrs()


class Divider(Node):
    """A line between two parts."""

    type: Literal["divider"]
    attrs: BlockAttrs = BlockAttrs()


class PairAttrs(BlockAttrs):
    """A picture, its description, and its side."""

    image: Picture = ""
    alt: Line = ""
    decorative: bool = False
    side: Literal["left", "right"] = "left"


class Pair(Node):
    """A picture beside a text. On a telephone one is above the other."""

    type: Literal["pair"]
    attrs: PairAttrs = PairAttrs()
    content: Annotated[
        tuple[
            Annotated[Heading | Paragraph | ListBlock | ButtonBlock, Field(discriminator="type")],
            ...,
        ],
        Field(min_length=1),
    ]


class EventAttrs(BlockAttrs):
    """A meeting: its title, its times on the clock of the place, the place, and a page about it."""

    title: Line = ""
    starts_at: Minute = NO_TIME
    ends_at: Minute = NO_TIME
    place: Line = ""
    href: Href = ""


class EventBlock(Node):
    """The announcement of a meeting, with a file for calendars."""

    type: Literal["event"]
    attrs: EventAttrs = EventAttrs()


class ShareAttrs(BlockAttrs):
    """The page that readers can share. It is empty until somebody types it."""

    href: Href = ""


class ShareBlock(Node):
    """Links by which readers share a page."""

    type: Literal["share"]
    attrs: ShareAttrs = ShareAttrs()


class TableCell(Node):
    """A cell of a table, of one line."""

    type: Literal["table_cell"]
    content: LineInlines


class TableRow(Node):
    """A row of a table."""

    type: Literal["table_row"]
    content: Annotated[tuple[TableCell, ...], Field(min_length=1, max_length=MAX_COLUMNS)]


def _check_columns(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
    if len({len(row.content) for row in rows}) > 1:
        raise PydanticCustomError("table_columns", "All rows of a table have the same cells.")
    return rows


class Table(Node):
    """A table. Its first row has the names of the columns."""

    type: Literal["table"]
    attrs: BlockAttrs = BlockAttrs()
    content: Annotated[tuple[TableRow, ...], Field(min_length=1), AfterValidator(_check_columns)]


AnyBlock = (
    Paragraph
    | Heading
    | ListBlock
    | Quote
    | Callout
    | ButtonBlock
    | ImageBlock
    | Divider
    | Pair
    | EventBlock
    | ShareBlock
    | Table
)
Block = Annotated[AnyBlock, Field(discriminator="type")]


def depth_of(node: Node) -> int:
    """Return how many lists are within each other at most."""
    inner = max((depth_of(child) for child in children_of(node)), default=0)
    return inner + isinstance(node, ListBlock)


def _check_depth(block: AnyBlock) -> AnyBlock:
    if depth_of(block) > MAX_LIST_DEPTH:
        raise PydanticCustomError("list_depth", "Too many lists are within each other.")
    return block


class Document(Node):
    """The text of a campaign, block by block."""

    version: Literal[1] = 1
    type: Literal["doc"] = "doc"
    content: Annotated[
        tuple[Annotated[Block, AfterValidator(_check_depth)], ...],
        Field(min_length=1, max_length=MAX_BLOCKS),
    ]
