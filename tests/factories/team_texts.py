"""Templates and pieces of the team, and ready templates that somebody has filled in."""

import json

from supporters.campaigns.beginnings.starting_texts import (
    ReadyTemplate,
    TextToSave,
    read_ready,
    save_text,
)
from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.merge_fields import GAP
from supporters.campaigns.models import TeamText, TextKind

PAGE, EVENING = "https://parti.example/agir", "2026-12-10T19:00"


def document_of(markdown: str) -> Document:
    """Return the document of a text."""
    document = from_markdown(markdown)
    assert document is not None
    return document


def save(kind: TextKind, name: str, markdown: str, *, subject: str = "") -> TeamText:
    """Save a template or a piece in French."""
    text = TextToSave(
        kind=kind, name=name, language="fr", subject=subject, document=document_of(markdown)
    )
    saved = save_text(text, by_id=None)
    assert isinstance(saved, TeamText), saved
    return saved


def make_template(name: str = "Réunion", markdown: str = "Venez à [[commune]].") -> TeamText:
    """Return a template of the team."""
    return save(TextKind.TEMPLATE, name, markdown, subject="Réunion à [[commune]]")


def make_piece(name: str = "Signature", markdown: str = "À bientôt,\\\nAnna") -> TeamText:
    """Return a piece of the team."""
    return save(TextKind.PIECE, name, markdown)


def fill_in(text: str) -> str:
    """Return a text whose gaps have the words that they ask for."""
    return GAP.sub(lambda gap: gap[0].strip("[]"), text)


def filled_document(template: ReadyTemplate, language: str) -> Document:
    """Return a ready template with its gaps, addresses and times filled in."""
    start = read_ready(template, language)
    assert start.document is not None
    text = fill_in(start.document.model_dump_json())
    parts = json.loads(text)
    for block in parts["content"]:
        if block["type"] == "button":
            block["attrs"]["href"] = PAGE
        if block["type"] == "event":
            block["attrs"]["starts_at"] = EVENING
    return Document.model_validate(parts)
