"""Documents in JSON: the closed table, its limits, canonical bytes, and the ids of blocks."""

import json
from typing import Any

import pytest

from supporters.campaigns.document.blocks import MAX_BLOCKS, MAX_LIST_DEPTH, Document
from supporters.campaigns.document.stored_document import (
    MAX_DOCUMENT,
    DocumentFault,
    DocumentFaultKind,
    read_document,
    read_stored,
    with_ids,
    write_document,
    write_without_ids,
)

Json = dict[str, Any]
TEXT: Json = {"type": "text", "text": "Bonjour"}
ID = "4b6p391k4g"


def paragraph(*inline: Json, **attrs: Any) -> Json:
    return {"type": "paragraph", "attrs": attrs, "content": [*inline]}


def marked(text: str, *marks: Json) -> Json:
    return {"type": "text", "text": text, "marks": [*marks]}


def link(href: str) -> Json:
    return paragraph(marked("ici", {"type": "link", "attrs": {"href": href}}), id=ID)


def a_list(depth: int) -> Json:
    """Return the JSON of lists within each other."""
    inner = [a_list(depth - 1)] if depth > 1 else []
    item = {"type": "list_item", "content": [paragraph(TEXT), *inner]}
    return {"type": "bullet_list", "attrs": {"id": ID}, "content": [item]}


def table(*lengths: int) -> Json:
    rows = [[{"type": "table_cell", "content": [TEXT]}] * length for length in lengths]
    content = [{"type": "table_row", "content": row} for row in rows]
    return {"type": "table", "attrs": {"id": ID}, "content": content}


def event(starts_at: str) -> Json:
    """Return the JSON of a meeting."""
    return {"type": "event", "attrs": {"title": "Réunion", "starts_at": starts_at}}


STRONG = marked("x", {"type": "strong"})
TOO_MANY = json.dumps({"content": [paragraph()] * (MAX_BLOCKS + 1)})


def read(*blocks: Json) -> Document | list[DocumentFault]:
    """Return what the program makes of these blocks."""
    parts = {"version": 1, "type": "doc", "content": [*blocks]}
    return read_document(json.dumps(parts, ensure_ascii=False))


def document(*blocks: Json) -> Document:
    """Return the document of valid blocks."""
    found = read(*blocks)
    assert isinstance(found, Document), found
    return found


def kinds(*blocks: Json) -> list[DocumentFaultKind]:
    found = read(*blocks)
    return [] if isinstance(found, Document) else [fault.kind for fault in found]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "heading", "attrs": {"id": ID, "level": 3}, "content": [TEXT]},
        {"type": "quote", "attrs": {"id": None}, "content": [paragraph(TEXT)]},
        {"type": "callout", "attrs": {}, "content": [paragraph(), a_list(1)]},
        {"type": "button", "attrs": {"href": "https://p.fr/a"}, "content": [TEXT]},
        {"type": "button", "attrs": {"href": ""}},
        {"type": "image", "attrs": {"image": "img_1", "alt": "La salle", "decorative": False}},
        {"type": "divider"},
        {"type": "pair", "attrs": {"image": "img_1", "side": "right"}, "content": [paragraph()]},
        event("2026-12-03T19:00"),
        {"type": "share", "attrs": {"href": ""}},
        paragraph({"type": "field", "attrs": {"name": "given_name", "fallback": "ami"}}),
        paragraph(TEXT, {"type": "hard_break"}, marked("x", {"type": "strike"})),
        *(a_list(MAX_LIST_DEPTH), table(2, 2)),
        *map(link, ("https://p.fr", "HTTP://p.fr", "mailto:a@p.fr", "tel:+331", "/a:b", "p.fr/x")),
    ],
)
def test_what_the_table_has_is_taken(block: Json) -> None:
    assert kinds(block) == []


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        ({"type": "script"}, DocumentFaultKind.UNKNOWN_BLOCK),
        (paragraph({"type": "iframe"}), DocumentFaultKind.UNKNOWN_BLOCK),
        (paragraph(style="color: red"), DocumentFaultKind.UNKNOWN_PART),
        (paragraph(marked("x", {"type": "blink"})), DocumentFaultKind.UNKNOWN_BLOCK),
        (paragraph(marked("")), DocumentFaultKind.UNKNOWN_PART),
        (paragraph(id="../../etc"), DocumentFaultKind.UNKNOWN_PART),
        *((link(each), DocumentFaultKind.REFUSED_LINK) for each in ("javascript:a", "data:x,y")),
        *((link(each), DocumentFaultKind.REFUSED_LINK) for each in ("a b", "java\tscript:a", 'x"')),
        ({"type": "image", "attrs": {"image": "/i/x.png"}}, DocumentFaultKind.UNKNOWN_PART),
        ({"type": "image", "attrs": {"alt": "x" * 501}}, DocumentFaultKind.TEXT_TOO_LONG),
        (event("2026-13-03T19:00"), DocumentFaultKind.UNKNOWN_PART),
        (event("demain"), DocumentFaultKind.UNKNOWN_PART),
        ({"type": "heading", "content": [STRONG]}, DocumentFaultKind.UNKNOWN_PART),
        ({"type": "button", "content": [STRONG]}, DocumentFaultKind.UNKNOWN_PART),
        (a_list(MAX_LIST_DEPTH + 1), DocumentFaultKind.LISTS_TOO_DEEP),
        (table(2, 1), DocumentFaultKind.UNEVEN_TABLE),
        (table(13), DocumentFaultKind.UNKNOWN_PART),
    ],
)
def test_what_the_table_does_not_have_is_refused(block: Json, kind: DocumentFaultKind) -> None:
    assert kinds(block) == [kind]


def test_a_fault_names_its_block() -> None:
    found = read(paragraph(TEXT), link("javascript:alert(1)"), paragraph(TEXT))
    assert found == [DocumentFault(DocumentFaultKind.REFUSED_LINK, ID, 2)]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        *((each, DocumentFaultKind.NOT_JSON) for each in ("", "{", "nope", '{"content":["\ud800')),
        (b"\xff\xfe", DocumentFaultKind.NOT_JSON),
        *((each, DocumentFaultKind.UNKNOWN_PART) for each in ("null", "[1]", '{"content": []}')),
        ('{"content":[' * 50_000, DocumentFaultKind.TOO_LARGE),
        ('{"content":[' * 5_000, DocumentFaultKind.NOT_JSON),
        ('{"version": 2, "content": [{"type": "new"}]}', DocumentFaultKind.NEWER_VERSION),
        (TOO_MANY, DocumentFaultKind.TOO_MANY_BLOCKS),
    ],
)
def test_what_is_no_document_gets_one_fault(raw: bytes | str, kind: DocumentFaultKind) -> None:
    assert read_document(raw) == [DocumentFault(kind)]


def test_the_limit_of_size_is_in_octets() -> None:
    assert kinds(paragraph(marked("é" * (MAX_DOCUMENT // 2 - 100)))) == []
    assert kinds(paragraph(marked("é" * (MAX_DOCUMENT // 2)))) == [DocumentFaultKind.TOO_LARGE]


def test_the_json_of_the_editor_is_stored_as_it_is() -> None:
    strong = marked(" vous", {"type": "em"}, {"type": "strong"})
    blocks = [paragraph(TEXT, strong, id=ID), {"type": "divider", "attrs": {"id": "7" * 10}}]
    parts = {"version": 1, "type": "doc", "content": blocks}
    assert json.loads(write_document(document(*blocks))) == parts


def test_what_is_written_is_read_as_the_same() -> None:
    kept = document(paragraph(TEXT), table(2, 2), a_list(3))
    assert read_stored(write_document(kept)) == kept


def test_neighbouring_texts_are_joined_and_marks_sorted() -> None:
    one = [{"type": "strong"}, {"type": "em"}]
    split = document(paragraph(marked("a", *one), marked("b", *reversed(one)), id=ID))
    assert split == document(paragraph(marked("ab", *reversed(one)), id=ID))


def test_controls_become_spaces() -> None:
    texts = [run["text"] for run in _runs(document(paragraph(marked("a\x00b\nc\x1bd\u2028e"))))]
    assert texts == ["a b c d e"]


def _runs(kept: Document) -> list[Json]:
    found: list[Json] = json.loads(write_document(kept))["content"][0]["content"]
    return found


def test_every_block_gets_an_id_of_its_own() -> None:
    kept = document(paragraph(TEXT, id=ID), paragraph(TEXT, id=ID), paragraph(TEXT))
    ids = [block.attrs.id for block in kept.content]
    assert ids[0] == ID
    assert len({*ids} - {None}) == 3


def test_ids_are_no_content() -> None:
    one, other = document(paragraph(TEXT, id=ID)), document(paragraph(TEXT))
    assert write_document(one) != write_document(other)
    assert write_without_ids(one) == write_without_ids(other)


def test_blocks_that_stay_or_change_keep_their_ids() -> None:
    names = ["a" * 10, "b" * 10, "c" * 10]
    words = [marked(f"Texte {name}") for name in names]
    before = document(*(paragraph(text, id=name) for text, name in zip(words, names, strict=True)))
    bare = {"type": "doc", "content": [paragraph(words[0]), paragraph(TEXT), paragraph(words[2])]}
    after = with_ids(Document.model_validate(bare), before)
    assert [block.attrs.id for block in after.content] == names
