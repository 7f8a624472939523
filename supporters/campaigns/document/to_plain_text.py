"""Writes a document as Markdown, for people and programs that have no editor, and as plain text.

`from_markdown` reads the same document again. ADR 054 names the exceptions. The plain text has the
words and links of the HTML.
"""

import re
from collections.abc import Iterator, Sequence

from flask_babel import gettext

from supporters.campaigns.document.blocks import (
    ButtonBlock,
    Callout,
    Divider,
    Document,
    EventBlock,
    Heading,
    ImageBlock,
    ListBlock,
    ListItem,
    Pair,
    Paragraph,
    Quote,
    ShareBlock,
    Table,
)
from supporters.campaigns.document.inline_links import group_by_link
from supporters.campaigns.document.inline_parts import FieldAtom, Inline, Node, Run
from supporters.campaigns.document.markdown_inline import FIELD
from supporters.campaigns.document.markdown_marks import escape_text, write_inline, write_target
from supporters.campaigns.document.rendered_document import MailContext, is_target
from supporters.campaigns.markdown import TextLayout
from supporters.campaigns.pictures.email_pictures import DECORATIVE
from supporters.text.french_spacing import space_text

EMPTY = "&nbsp;"  # Markdown has no empty paragraphs and no empty items
MARKERS = {"bullet_list": "-*", "ordered_list": ".)"}
BAR = re.compile(rf"{FIELD.pattern}|\|")
TITLE_END = re.compile(r"(#+)$")
RULE = "-" * 20
UNDERLINES = {2: "=", 3: "-"}
LONGEST_UNDERLINE = 60


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


def to_text(document: Document, context: MailContext) -> str:
    """Return the plain text of a document."""
    writer = TextWriter(context)
    for block in document.content:
        writer.write(block)
    return space_text(str(writer.layout), context.language)


class TextWriter:
    """Writes the blocks of one document."""

    def __init__(self, context: MailContext) -> None:
        self.layout = TextLayout()
        self._context = context

    def write(self, block: Node) -> None:
        """Write a block of the document, and leave an empty line after it."""
        match block:
            case ListBlock():
                self._write_list(block)
            case Quote():
                self.layout.open_frame("> ", "> ")
                for paragraph in block.content:
                    self.write(paragraph)
                self.layout.close_frame()
            case Callout() | Pair():
                self._write_lines(self._list_lines(block))
                for child in block.content:
                    self.write(child)
            case _:
                self._write_lines(self._list_lines(block))

    def _write_lines(self, lines: Iterator[str]) -> None:
        text = "\n".join(line for line in lines if line)
        if text:
            self.layout.write(text)
            self.layout.keep_apart()

    def _write_list(self, block: ListBlock, *, is_inner: bool = False) -> None:
        for number, item in enumerate(block.content, start=1):
            mark = "- " if block.type == "bullet_list" else f"{number}. "
            self.layout.open_frame(mark, "  ")
            self._write_item(item)
            self.layout.close_frame()
        if not is_inner:
            self.layout.keep_apart()

    def _write_item(self, item: ListItem) -> None:
        for part in item.content:
            if isinstance(part, ListBlock):
                self._write_list(part, is_inner=True)
            else:
                self.layout.write(self.words(part.content))

    def _list_lines(self, block: Node) -> Iterator[str]:
        """Yield the lines of a block that has no frame."""
        match block:
            case Paragraph():
                yield self.words(block.content)
            case Heading():
                words = self.words(block.content)
                yield words
                yield UNDERLINES[block.attrs.level] * min(len(words), LONGEST_UNDERLINE)
            case ButtonBlock():
                words = "".join(run.text for run in block.content)
                yield f"→ {words}: {block.attrs.href}"
            case ImageBlock() | Pair() if block.attrs.image and not block.attrs.decorative:
                yield from _describe_picture(block)
            case Divider():
                yield RULE
            case EventBlock():
                yield from self._list_event(block)
            case ShareBlock() if is_target(block.attrs.href):
                yield gettext("Share this page:") + f" {block.attrs.href}"
            case Table():
                for row in block.content:
                    yield " | ".join(self.words(cell.content) for cell in row.content)

    def _list_event(self, event: EventBlock) -> Iterator[str]:
        yield event.attrs.title
        yield self._context.when(event.attrs)
        yield event.attrs.place
        yield event.attrs.href
        if calendar := self._context.calendar(event):
            yield gettext("Add to my calendar:") + f" {calendar}"

    def words(self, parts: Sequence[Inline]) -> str:
        """Return the words; after those of a link its target, unless they are the target."""
        texts: list[str] = []
        for target, group in group_by_link(parts):
            words = "".join(map(self._word, group))
            texts.append(words)
            if is_target(target) and words not in _list_shown(target):
                texts.append(f" ({target})")
        return "".join(texts)

    def _word(self, part: Inline) -> str:
        match part:
            case Run():
                return part.text
            case FieldAtom():
                return self._context.field(part)
            case _:
                return "\n"


def _list_shown(target: str) -> Iterator[str]:
    """Yield the words that say a target themselves."""
    yield from (target, target.removeprefix("mailto:"))
    if target.startswith("https://www."):
        yield target.removeprefix("https://")


def _describe_picture(block: ImageBlock | Pair) -> Iterator[str]:
    if isinstance(block, ImageBlock):
        target = f" ({block.attrs.href})" if is_target(block.attrs.href) else ""
        yield f"[{block.attrs.alt}]{target}"
        yield block.attrs.caption
    else:
        yield f"[{block.attrs.alt}]"
