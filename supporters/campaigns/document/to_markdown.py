"""Writes a document as Markdown, for people and programs that have no editor.

`from_markdown` reads the same document again. ADR 054 names the exceptions.
"""

import re
from collections.abc import Iterator, Sequence

from supporters.campaigns.document.blocks import (
    ButtonBlock,
    Callout,
    Divider,
    Document,
    EventBlock,
    Heading,
    ImageBlock,
    ListBlock,
    Pair,
    Paragraph,
    Quote,
    ShareBlock,
    Table,
)
from supporters.campaigns.document.inline_parts import Node
from supporters.campaigns.document.markdown_inline import FIELD
from supporters.campaigns.document.markdown_marks import escape_text, write_inline, write_target
from supporters.campaigns.pictures.email_pictures import DECORATIVE

EMPTY = "&nbsp;"  # Markdown has no empty paragraphs and no empty items
MARKERS = {"bullet_list": "-*", "ordered_list": ".)"}
BAR = re.compile(rf"{FIELD.pattern}|\|")
TITLE_END = re.compile(r"(#+)$")


def to_markdown(document: Document) -> str:
    """Return the Markdown of a document."""
    only = document.content[0]
    if len(document.content) == 1 and isinstance(only, Paragraph) and not only.content:
        return ""
    return _write_blocks(document.content) + "\n"


def _write_blocks(blocks: Sequence[Node]) -> str:
    """Return the Markdown of blocks with an empty line between each two."""
    texts: list[str] = []
    marker = 0
    for before, block in zip((None, *blocks), blocks, strict=False):
        # Two lists of one kind beside each other would be one list, without another marker.
        is_next = isinstance(block, ListBlock) and getattr(before, "type", None) == block.type
        marker = 1 - marker if is_next else 0
        texts.append(_write_block(block, marker))
    return "\n\n".join(texts)


def _write_block(block: Node, marker: int = 0) -> str:
    match block:
        case Paragraph():
            text = _write_words(block)
        case Heading():
            words = TITLE_END.sub(r"\\\1", write_inline(block.content))
            text = f"{'#' * block.attrs.level} {words or EMPTY}"
        case ListBlock():
            text = "\n".join(_write_items(block, marker))
        case Quote():
            texts = [_write_words(paragraph) for paragraph in block.content]
            text = "\n>\n".join(_indent(each, "> ", "> ") for each in texts)
        case ButtonBlock():
            words = "".join(escape_text(run.text) for run in block.content)
            text = f"[[{words}]]({write_target(block.attrs.href)})"
        case Table():
            text = "\n".join(_write_rows(block))
        case Divider():
            text = "---"
        case _:
            text = _write_framed(block)
    return text


def _write_words(paragraph: Paragraph) -> str:
    return write_inline(paragraph.content) or EMPTY


def _write_items(block: ListBlock, marker: int) -> Iterator[str]:
    for number, item in enumerate(block.content, start=1):
        sign = MARKERS[block.type][marker]
        mark = f"{sign} " if block.type == "bullet_list" else f"{number}{sign} "
        text = "\n".join(_write_block(part) for part in item.content)
        yield _indent(text, mark, " " * len(mark))


def _write_rows(table: Table) -> Iterator[str]:
    for index, row in enumerate(table.content):
        yield _write_row([BAR.sub(_escape_bar, write_inline(cell.content)) for cell in row.content])
        if index == 0:
            yield _write_row(["---"] * len(row.content))


def _escape_bar(found: re.Match[str]) -> str:
    return r"\|" if found[0] == "|" else found[0]


def _write_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell or EMPTY for cell in cells)} |"


def _write_framed(block: Node) -> str:
    """Return the Markdown of a block that CommonMark doesn't have."""
    match block:
        case Callout():
            return f"::: box\n{_write_blocks(block.content)}\n:::"
        case Pair():
            inner = _write_blocks(block.content)
            return f"::: picture {block.attrs.side}\n{_write_picture(block)}\n\n{inner}\n:::"
        case EventBlock():
            values = {
                "title": block.attrs.title,
                "starts": block.attrs.starts_at,
                "ends": block.attrs.ends_at,
                "place": block.attrs.place,
                "link": block.attrs.href,
            }
            return _write_values("event", values)
        case ShareBlock():
            return _write_values("share", {"link": block.attrs.href})
        case ImageBlock():
            return _write_image(block)
    raise TypeError(f"No Markdown for {block!r}.")


def _write_image(block: ImageBlock) -> str:
    href, caption = block.attrs.href, block.attrs.caption
    picture = _write_picture(block)
    linked = f"[{picture}]({write_target(href)})" if href else picture
    sign = DECORATIVE if block.attrs.decorative else ""
    return f"{linked}{sign}\n: {escape_text(caption)}" if caption else f"{linked}{sign}"


def _write_picture(block: ImageBlock | Pair) -> str:
    picture = f"![{escape_text(block.attrs.alt)}](image:{block.attrs.image})"
    return picture + DECORATIVE if isinstance(block, Pair) and block.attrs.decorative else picture


def _write_values(name: str, values: dict[str, str]) -> str:
    lines = [f"{key}: {value}" for key, value in values.items() if value]
    return "\n".join([f"::: {name}", *lines, ":::"])


def _indent(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((rest + line).rstrip() for line in lines[1:])])
