"""Reads Markdown as a document: CommonMark with tables, struck words and bare links.

Words are never lost. Markup that has no block in the table becomes the nearest one, or stays as the
text that was typed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from typing import Any

from markdown_it.token import Token
from pydantic import ValidationError

from supporters.campaigns.document.blocks import Document, EventBlock, ShareBlock
from supporters.campaigns.document.markdown_inline import InlineReader, parse_blocks, plain_words
from supporters.campaigns.markdown import find_too_deep, is_heavy
from supporters.campaigns.pictures.email_pictures import DECORATIVE
from supporters.campaigns.text_differences import with_one_line_end

Json = dict[str, Any]
OPENS_FRAME = re.compile(r"::: (box|event|share|picture left|picture right)\s*")
CLOSES_FRAME = re.compile(r":::\s*")
LISTS = ("bullet_list", "ordered_list")
IN_BOX = {"paragraph", *LISTS, "button"}
IN_PAIR = {*IN_BOX, "heading"}
BREAK: Json = {"type": "hard_break"}
HARD_SPACE = "\u00a0"
VALUES = {
    "title": "title",
    "starts": "starts_at",
    "ends": "ends_at",
    "place": "place",
    "link": "href",
}


def from_markdown(markdown: str) -> Document | None:
    """Return the document of a text; None for one that can't be a document.

    That is a text with too much markup, too deep nesting, or too many blocks.
    """
    if is_heavy(markdown) or find_too_deep(markdown) is not None:
        return None
    reader = BlockReader(with_one_line_end(markdown))
    try:
        return Document.model_validate({"content": reader.read() or [{"type": "paragraph"}]})
    except ValidationError:
        return None


class BlockReader:
    """Reads the blocks of one text."""

    def __init__(self, markdown: str) -> None:
        self._inline = InlineReader()
        self._text = self._inline.keep_fields(markdown)
        self._references: Json = {}
        if "]:" in self._text:  # each part may use the targets that are named in another one
            parse_blocks(self._text, self._references)

    def read(self) -> list[Json]:
        """Return the JSON of all blocks."""
        blocks: list[Json] = []
        for frame, lines in split_at_frames(self._text.split("\n")):
            inner = "\n".join(lines)
            if frame in {"event", "share"}:
                blocks.append(self._read_values(frame, lines))
            elif frame == "box":
                blocks += _in_boxes(self._blocks(inner))
            elif frame:
                blocks += _in_pair(self._blocks(inner), side=frame.removeprefix("picture "))
            else:
                blocks += self._blocks(inner)
        return blocks

    def _blocks(self, markdown: str) -> list[Json]:
        return [*self._read(iter(parse_blocks(markdown, self._references)), None)]

    def _read(self, tokens: Iterator[Token], until: str | None) -> Iterator[Json]:
        for token in tokens:
            match token.type:
                case kind if kind == until:
                    return
                case "heading_open":
                    yield self._read_heading(token, next(tokens))
                case "paragraph_open":
                    yield from self._read_paragraph(next(tokens))
                case "bullet_list_open" | "ordered_list_open":
                    kind = token.type.removesuffix("_open")
                    yield {"type": kind, "content": [*self._read_items(tokens, f"{kind}_close")]}
                case "blockquote_open":
                    inside = [*self._read(tokens, "blockquote_close")]
                    texts = [*_list_texts(inside)] or [[]]
                    yield {"type": "quote", "content": [_paragraph(text) for text in texts]}
                case "fence" | "code_block":
                    yield _paragraph(self._inline.text(token.content.rstrip("\n")))
                case "hr":
                    yield {"type": "divider"}
                case "table_open":
                    yield {"type": "table", "content": [*self._read_rows(tokens)]}

    def _read_heading(self, opening: Token, inline: Token) -> Json:
        """Return a title: its emphasis stays, and the target of a link becomes words."""
        words: list[Json] = []
        for part in _not_blank(self._inline.words(inline.children or [])):
            target = next((mark["attrs"]["href"] for mark in part["marks"] if "attrs" in mark), "")
            text = {"type": "text", "text": " "} if part["type"] == "hard_break" else part
            marks = [mark for mark in part["marks"] if mark["type"] == "em"]
            words.append({**text, "marks": marks})
            if target:
                words.append({"type": "text", "text": f" ({target})", "marks": marks})
        level = 2 if opening.tag in {"h1", "h2"} else 3
        return {"type": "heading", "attrs": {"level": level}, "content": words}

    def _read_paragraph(self, inline: Token) -> Iterator[Json]:
        """Yield a paragraph, a button, or pictures with the paragraphs around them."""
        children = inline.children or []
        button = self._find_button(inline.content, children)
        if button is not None:
            yield button
            return
        while (found := self._find_picture(children)) is not None:
            start, end, attrs = found
            yield from _paragraphs(self._inline.words(children[:start]))
            end = self._read_caption(children, end, attrs)
            yield {"type": "image", "attrs": attrs}
            children = children[end:]
            if not children:
                return
        words = self._inline.words(children)
        yield from _paragraphs(words) if children is not inline.children else [_paragraph(words)]

    def _find_button(self, source: str, children: Sequence[Token]) -> Json | None:
        if not source.startswith("[[") or len(children) < 2:
            return None
        words = plain_words(children[1:-1])
        is_alone = children[0].type == "link_open" and children[-1].type == "link_close"
        is_plain = all(child.type == "text" for child in children[1:-1])
        href = self._inline.href(children[0].attrGet("href"))
        if not is_alone or not is_plain or not words.endswith("]") or href is None:
            return None
        text = self._inline.restore(words[1:-1])
        content = [{"type": "text", "text": text}] if text else []
        return {"type": "button", "attrs": {"href": href}, "content": content}

    def _find_picture(self, children: Sequence[Token]) -> tuple[int, int, Json] | None:
        """Return the first uploaded picture, with its place among the tokens."""
        for index, child in enumerate(children):
            attrs = self._inline.picture(child) if child.type == "image" else None
            if attrs is None:
                continue
            around = [each.type for each in children[max(index - 1, 0) : index + 2]]
            if around == ["link_open", "image", "link_close"]:
                href = self._inline.href(children[index - 1].attrGet("href"))
                return index - 1, index + 2, {**attrs, "href": href or ""}
            return index, index + 1, attrs
        return None

    def _read_caption(self, children: Sequence[Token], start: int, attrs: Json) -> int:
        """Add what follows a picture to its attributes; return where the next words begin."""
        end = start
        if end < len(children) and children[end].content == DECORATIVE:
            attrs["decorative"] = True
            end += 1
        line = children[end : end + 2]
        if [each.type for each in line] == ["softbreak", "text"] and line[1].content[:2] == ": ":
            words = [*takewhile(lambda each: not each.type.endswith("break"), children[end + 1 :])]
            attrs["caption"] = self._inline.restore(plain_words(words)[2:])
            end += 1 + len(words)
        return end

    def _read_items(self, tokens: Iterator[Token], until: str) -> Iterator[Json]:
        for token in tokens:
            if token.type == until:
                return
            if token.type == "list_item_open":
                yield _item([*self._read(tokens, "list_item_close")])

    def _read_rows(self, tokens: Iterator[Token]) -> Iterator[Json]:
        cells: list[Json] = []
        for token in tokens:
            match token.type:
                case "table_close":
                    return
                case "tr_open":
                    cells = []
                case "inline":
                    words = _not_blank(self._inline.words(token.children or []))
                    cells.append({"type": "table_cell", "content": words})
                case "tr_close":
                    yield {"type": "table_row", "content": cells}

    def _read_values(self, frame: str, lines: Sequence[str]) -> Json:
        """Return an event or share block; the text that was typed if a value isn't right."""
        typed = [self._inline.restore(line).partition(":") for line in lines if line.strip()]
        values = {VALUES.get(key.strip(), key): value.strip() for key, _colon, value in typed}
        block = {"type": frame, "attrs": values}
        try:
            (EventBlock if frame == "event" else ShareBlock).model_validate(block)
        except ValidationError:
            return _paragraph(self._inline.text("\n".join([f"::: {frame}", *lines, ":::"])))
        return block


def split_at_frames(lines: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the parts of a text: the name of its frame, or an empty one, and its lines."""
    ends = [index for index, line in enumerate(lines) if CLOSES_FRAME.fullmatch(line)]
    start = index = 0
    while index < len(lines):
        opening = OPENS_FRAME.fullmatch(lines[index])
        place = bisect_right(ends, index)
        if opening and place < len(ends):
            yield "", lines[start:index]
            yield opening[1], lines[index + 1 : ends[place]]
            start = index = ends[place] + 1
        else:
            index += 1
    yield "", lines[start:]


def _in_boxes(blocks: Sequence[Json]) -> Iterator[Json]:
    """Yield boxes around the blocks; one that a box can't hold stands between two boxes."""
    for is_inside, group in groupby(blocks, key=lambda block: block["type"] in IN_BOX):
        if is_inside:
            yield {"type": "callout", "content": [*group]}
        else:
            yield from group


def _in_pair(blocks: Sequence[Json], *, side: str) -> Iterator[Json]:
    """Yield a picture beside a text. A block that can't stand beside a picture follows it."""
    attrs: Json = blocks[0].get("attrs", {}) if blocks else {}
    if "image" not in attrs or attrs.get("href") or attrs.get("caption"):
        yield from blocks
        return
    inside = [*takewhile(lambda block: block["type"] in IN_PAIR, blocks[1:])]
    others = {key: value for key, value in attrs.items() if key != "href"}
    content = inside or [_paragraph([])]
    yield {"type": "pair", "attrs": {**others, "side": side}, "content": content}
    yield from blocks[1 + len(inside) :]


def _item(blocks: Sequence[Json]) -> Json:
    """Return an item: its texts as lines of one paragraph, and its lists as one list."""
    words: list[Json] = []
    inner: Json | None = None
    for block in blocks:
        if block["type"] not in LISTS:
            for text in _list_texts([block]):
                words += [*([BREAK] if words else []), *text]
        elif inner is None:
            inner = block
        else:
            inner["content"] += block["content"]
    return {"type": "list_item", "content": [_paragraph(words), *([inner] if inner else [])]}


def _list_texts(blocks: Sequence[Json]) -> Iterator[list[Json]]:
    """Yield the words of each paragraph in the blocks."""
    for block in blocks:
        content = block.get("content", [])
        if block["type"] == "image":
            yield [{"type": "text", "text": "![{alt}](image:{image})".format(**block["attrs"])}]
        elif block["type"] == "button":
            yield [*content, {"type": "text", "text": f" ({block['attrs']['href']})"}]
        elif block["type"] in {"paragraph", "heading", "table_cell"}:
            yield content
        else:
            yield from _list_texts(content)


def _paragraph(words: list[Json]) -> Json:
    return {"type": "paragraph", "content": _not_blank(words)}


def _paragraphs(words: list[Json]) -> Iterator[Json]:
    """Yield a paragraph of the words beside a picture, if there are any."""
    while words and words[0]["type"] == "hard_break":
        words = words[1:]
    while words and words[-1]["type"] == "hard_break":
        words = words[:-1]
    if words:
        yield _paragraph(words)


def _not_blank(words: list[Json]) -> list[Json]:
    """Return no words for a hard space alone, which stands for an empty block."""
    is_blank = len(words) == 1 and words[0].get("text") == HARD_SPACE and not words[0]["marks"]
    return [] if is_blank else words
