"""The faults of a document, each with its block."""

from typing import Any

import pytest

from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.document_checks import find_document_faults, list_document_links
from supporters.campaigns.merge_fields import Fault, FaultKind

Json = dict[str, Any]
ID = "4b6p391k4g"
TEXT = {"type": "text", "text": "Bonjour"}


def document(*blocks: Json) -> Document:
    """Return a document; each block has the same id."""
    with_ids = [{**each, "attrs": {**each.get("attrs", {}), "id": ID}} for each in blocks]
    return Document.model_validate({"content": with_ids})


def kinds(*blocks: Json) -> list[FaultKind]:
    """Return the kinds of the faults of blocks beside a paragraph with words."""
    found = [*find_document_faults(document({"type": "paragraph", "content": [TEXT]}, *blocks))]
    assert {fault.block_id for fault in found} <= {ID}
    return [fault.kind for fault in found]


def paragraph(text: str, href: str = "") -> Json:
    """Return a paragraph, whose words are a link if there is a target."""
    mark = {"type": "link", "attrs": {"href": href}}
    run = {"type": "text", "text": text, **({"marks": [mark]} if href else {})}
    return {"type": "paragraph", "content": [run]}


def field(fallback: str) -> Json:
    """Return a paragraph with a first name in it."""
    attrs = {"name": "given_name", "fallback": fallback}
    return {"type": "paragraph", "content": [{"type": "field", "attrs": attrs}]}


def event(**attrs: str) -> Json:
    """Return a meeting."""
    return {"type": "event", "attrs": {"title": "Réunion", **attrs}}


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (field(""), FaultKind.FALLBACK_MISSING),
        (field("x" * 81), FaultKind.FALLBACK_TOO_LONG),
        (paragraph("{{ prenom }}"), FaultKind.UNKNOWN_FIELD),
        (paragraph("{{ given_name | ami }}"), FaultKind.FIELD_AS_TEXT),
        (paragraph("a }} b"), FaultKind.BRACES_UNBALANCED),
        (paragraph("L’agenda", "/agenda"), FaultKind.LINK_WITHOUT_SCHEME),
        (paragraph("[x](ftp://p.fr)"), FaultKind.LINK_WITHOUT_SCHEME),
        (paragraph("Lire", "https://p.fr/?n={{list_name}}"), FaultKind.LINK_IS_PERSONAL),
        (paragraph("Cliquez ici", "https://p.fr"), FaultKind.LINK_TEXT_VAGUE),
        (paragraph("![x](https://p.fr/a.gif)"), FaultKind.IMAGE_FROM_ELSEWHERE),
        (paragraph("::: event"), FaultKind.BLOCK_AS_TEXT),
        ({"type": "button", "attrs": {"href": "https://p.fr"}}, FaultKind.BUTTON_WITHOUT_WORDS),
        ({"type": "button", "content": [TEXT]}, FaultKind.BUTTON_WITHOUT_TARGET),
        ({"type": "image", "attrs": {"alt": "La salle"}}, FaultKind.PICTURE_MISSING),
        ({"type": "image", "attrs": {"image": "img_1"}}, FaultKind.PICTURE_WITHOUT_DESCRIPTION),
        (event(starts_at="2026-12-03T19:00", title=""), FaultKind.EVENT_WITHOUT_TITLE),
        (event(), FaultKind.EVENT_WITHOUT_TIME),
        (
            event(starts_at="2026-12-03T19:00", ends_at="2026-12-03T18:00"),
            FaultKind.EVENT_ENDS_TOO_SOON,
        ),
        ({"type": "share"}, FaultKind.SHARE_WITHOUT_TARGET),
    ],
)
def test_each_fault_is_found_at_its_block(block: Json, kind: FaultKind) -> None:
    assert kinds(block) == [kind]


@pytest.mark.parametrize(
    "block",
    [
        field("ami"),
        paragraph("Le programme", "https://p.fr"),
        {"type": "image", "attrs": {"image": "img_1", "decorative": True}},
        event(starts_at="2026-12-03T19:00", ends_at="2026-12-04T01:00"),
        {"type": "share", "attrs": {"href": "https://p.fr"}},
        {"type": "divider"},
    ],
)
def test_a_finished_block_has_no_fault(block: Json) -> None:
    assert kinds(block) == []


@pytest.mark.parametrize("block", [{"type": "paragraph"}, {"type": "divider"}, paragraph("\u200b")])
def test_a_document_says_something(block: Json) -> None:
    found = [*find_document_faults(document(block))]
    assert found == [Fault(FaultKind.NOTHING_TO_READ, block_id=ID)]


def test_the_approver_gets_the_links_of_every_block() -> None:
    button = {"type": "button", "attrs": {"href": "https://p.fr/b"}, "content": [TEXT]}
    made = document(
        paragraph("a", "https://p.fr/a"), {"type": "callout", "content": [button]}, event()
    )
    assert list_document_links(made) == [("https://p.fr/a", "a"), ("https://p.fr/b", "Bonjour")]
