"""Checks the content of a document. Each fault names its block, so that the editor marks it."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from supporters.campaigns.document.blocks import (
    AnyBlock,
    ButtonBlock,
    Document,
    EventBlock,
    ImageBlock,
    Pair,
    ShareBlock,
)
from supporters.campaigns.document.inline_links import group_by_link
from supporters.campaigns.document.inline_parts import (
    SCHEMES,
    FieldAtom,
    Inline,
    Node,
    Run,
    children_of,
    scheme_of,
    walk,
)
from supporters.campaigns.document.markdown_marks import write_field
from supporters.campaigns.markdown import is_visible
from supporters.campaigns.merge_fields import (
    FIELDS,
    MAX_FALLBACK,
    NEEDS_FALLBACK,
    PLACEHOLDER,
    Fault,
    FaultKind,
    find_gap_faults,
    list_foreign_fields,
    read_placeholder,
)

VAGUE_WORDS = {
    *("cliquez ici", "cliquer ici", "ici", "lien", "ce lien"),
    *("click here", "here", "link", "this link"),
}
TYPED_LINK = re.compile(r"(!?)\[[^\[\]]*\]\(([^()\s]*)")
PICTURE_SOURCE = "image:"
SHOWN = 60
Words = tuple[Inline, ...]


def find_document_faults(document: Document) -> Iterator[Fault]:
    """Yield the faults of a document, in the order of its blocks."""
    if not any(map(_is_read, walk(document))):
        yield Fault(FaultKind.NOTHING_TO_READ, block_id=document.content[0].attrs.id)
    for block in document.content:
        for kind, words in _find_faults(block):
            yield Fault(kind, words[:SHOWN], block.attrs.id)


def list_document_links(document: Document) -> list[tuple[str, str]]:
    """Return the links of a document in order: (target, words)."""
    return [link for block in document.content for link in list_block_links(block) if link[0]]


def list_document_pictures(document: Document) -> list[tuple[str | None, str]]:
    """Return the pictures of a document in order: (id of the block, reference)."""
    return [
        (block.attrs.id, node.attrs.image)
        for block in document.content
        for node in walk(block)
        if isinstance(node, ImageBlock | Pair) and node.attrs.image
    ]


def words_of(parts: Words) -> str:
    """Return the words of inline parts; a merge field counts as its placeholder."""
    return "".join(
        part.text
        if isinstance(part, Run)
        else write_field(part)
        if isinstance(part, FieldAtom)
        else " "
        for part in parts
    )


def _find_faults(block: AnyBlock) -> Iterator[tuple[FaultKind, str]]:
    for node in walk(block):
        yield from _find_unfinished(node)
        if isinstance(node, FieldAtom):
            yield from _find_field_faults(node)
        if text := "".join(_list_runs(node)):
            yield from _find_typed_markup(text)
        for gap in find_gap_faults("\n".join(_list_lines(node))):
            yield gap.kind, gap.words
    for target, words in list_block_links(block):
        yield from _find_link_faults(target, words)


def _find_unfinished(node: Node) -> Iterator[tuple[FaultKind, str]]:
    """Yield what is still missing in a block."""
    match node:
        case ButtonBlock():
            if not words_of(node.content).strip():
                yield FaultKind.BUTTON_WITHOUT_WORDS, node.attrs.href
            if not node.attrs.href:
                yield FaultKind.BUTTON_WITHOUT_TARGET, words_of(node.content)
        case ImageBlock() | Pair():
            if not node.attrs.image:
                yield FaultKind.PICTURE_MISSING, node.attrs.alt
            elif not node.attrs.decorative and not node.attrs.alt:
                yield FaultKind.PICTURE_WITHOUT_DESCRIPTION, ""
        case EventBlock():
            yield from _find_event_faults(node)
        case ShareBlock() if not node.attrs.href:
            yield FaultKind.SHARE_WITHOUT_TARGET, ""


def _find_event_faults(event: EventBlock) -> Iterator[tuple[FaultKind, str]]:
    attrs = event.attrs
    if not attrs.title:
        yield FaultKind.EVENT_WITHOUT_TITLE, ""
    if not attrs.starts_at:
        yield FaultKind.EVENT_WITHOUT_TIME, attrs.title
    if attrs.ends_at and attrs.ends_at <= attrs.starts_at:
        yield FaultKind.EVENT_ENDS_TOO_SOON, attrs.title


def _find_field_faults(field: FieldAtom) -> Iterator[tuple[FaultKind, str]]:
    if field.attrs.name in NEEDS_FALLBACK and not field.attrs.fallback:
        yield FaultKind.FALLBACK_MISSING, write_field(field)
    elif len(field.attrs.fallback) > MAX_FALLBACK:
        yield FaultKind.FALLBACK_TOO_LONG, write_field(field)


def _find_typed_markup(text: str) -> Iterator[tuple[FaultKind, str]]:
    """Yield what was typed as if it had an effect. Readers would see it as it was typed."""
    for match in PLACEHOLDER.finditer(text):
        field = read_placeholder(match[1])
        is_long = len(field.fallback) > MAX_FALLBACK
        if field.field not in FIELDS:
            yield FaultKind.UNKNOWN_FIELD, match[0]
        else:
            yield FaultKind.FALLBACK_TOO_LONG if is_long else FaultKind.FIELD_AS_TEXT, match[0]
    rest = PLACEHOLDER.sub("", text) if "{{" in text else text
    if "{{" in rest or "}}" in rest:
        yield FaultKind.BRACES_UNBALANCED, "{{" if "{{" in rest else "}}"
    for foreign in list_foreign_fields(text):
        yield FaultKind.FOREIGN_FIELD, foreign
    for is_image, target in TYPED_LINK.findall(text):
        if not is_image:
            yield FaultKind.LINK_WITHOUT_SCHEME, target
        elif target.startswith(PICTURE_SOURCE):
            yield FaultKind.PICTURE_UNKNOWN, target.removeprefix(PICTURE_SOURCE)
        else:
            yield FaultKind.IMAGE_FROM_ELSEWHERE, target
    if text.startswith(":::"):
        yield FaultKind.BLOCK_AS_TEXT, text


def _find_link_faults(target: str, words: str) -> Iterator[tuple[FaultKind, str]]:
    if target and scheme_of(target) not in SCHEMES:
        yield FaultKind.LINK_WITHOUT_SCHEME, target
    elif PLACEHOLDER.search(unquote(target)):  # it would tell who followed it (REQ-50)
        yield FaultKind.LINK_IS_PERSONAL, unquote(target)
    if words.strip().casefold() in VAGUE_WORDS:
        yield FaultKind.LINK_TEXT_VAGUE, words


def list_texts(block: AnyBlock) -> Iterator[str]:
    """Yield the typed texts of a block, without its merge fields."""
    for node in walk(block):
        if text := "".join(_list_runs(node)):
            yield text


def list_block_links(block: AnyBlock) -> Iterator[tuple[str, str]]:
    """Yield the targets of a block with their words; the target is empty where one is missing."""
    for node in walk(block):
        match node:
            case ButtonBlock():
                yield node.attrs.href, words_of(node.content)
            case ImageBlock():
                yield node.attrs.href, node.attrs.alt
            case EventBlock():
                yield node.attrs.href, node.attrs.title
            case ShareBlock():
                yield node.attrs.href, ""
            case _:
                for target, group in group_by_link(_list_inline(node)):
                    if target:
                        yield target, words_of(tuple(group))


def _list_inline(node: Node) -> Words:
    """Return the inline parts of a part that has some."""
    content: tuple[Inline, ...] = vars(node).get("content", ())
    return content if content and isinstance(content[0], Run | FieldAtom) else ()


def _list_lines(node: Node) -> Iterator[str]:
    """Yield the texts of a part that readers see, but for the parts within it."""
    yield "".join(_list_runs(node))
    match node:
        case ImageBlock():
            yield from (node.attrs.alt, node.attrs.caption)
        case Pair():
            yield node.attrs.alt
        case EventBlock():
            yield from (node.attrs.title, node.attrs.place)


def _list_runs(node: Node) -> Iterator[str]:
    return (part.text for part in children_of(node) if isinstance(part, Run))


def _is_read(node: Node) -> bool:
    """Tell whether a part has something to read."""
    match node:
        case Run():
            return is_visible(node.text)
        case FieldAtom():
            return True
        case ImageBlock() | Pair():
            return bool(node.attrs.image and node.attrs.alt and not node.attrs.decorative)
        case EventBlock():
            return bool(node.attrs.title)
        case _:
            return False
