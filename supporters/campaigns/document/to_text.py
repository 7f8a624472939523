"""Writes a document as the plain text of an email, with the words and links of its HTML."""

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
from supporters.campaigns.document.inline_parts import FieldAtom, Inline, Node, Run, group_by_link
from supporters.campaigns.document.rendered_document import MailContext, is_target
from supporters.campaigns.markdown import TextLayout

RULE = "-" * 20
UNDERLINES = {2: "=", 3: "-"}
LONGEST_UNDERLINE = 60


def to_text(document: Document, context: MailContext) -> str:
    """Return the plain text of a document."""
    writer = TextWriter(context)
    for block in document.content:
        writer.write(block)
    return str(writer.layout)


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
            is_shown = words in {target, target.removeprefix("mailto:")}
            if is_target(target) and not is_shown:
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


def _describe_picture(block: ImageBlock | Pair) -> Iterator[str]:
    if isinstance(block, ImageBlock):
        target = f" ({block.attrs.href})" if is_target(block.attrs.href) else ""
        yield f"[{block.attrs.alt}]{target}"
        yield block.attrs.caption
    else:
        yield f"[{block.attrs.alt}]"
