"""Addresses that were typed as text are links, for all that read a document."""

import time

import pytest

from supporters.campaigns.document.blocks import Document, Paragraph
from supporters.campaigns.document.document_checks import list_document_links
from supporters.campaigns.document.inline_links import find_addresses
from supporters.campaigns.document.rendered_document import render_html
from supporters.campaigns.document.to_plain_text import to_text
from tests.campaigns.document.test_rendered_document import context

FOUND = {
    "Voir https://parti.example/nu.": [("https://parti.example/nu", "https://parti.example/nu")],
    "(www.parti.example/a_(b)), puis": [
        ("www.parti.example/a_(b)", "https://www.parti.example/a_(b)")
    ],
    "à contact@parti.example !": [("contact@parti.example", "mailto:contact@parti.example")],
    "« https://parti.example/?a=1&b=2 »": [
        ("https://parti.example/?a=1&b=2", "https://parti.example/?a=1&b=2")
    ],
    "HTTPS://Parti.Example…": [("HTTPS://Parti.Example", "HTTPS://Parti.Example")],
    "www.a.fr et b@c.fr": [("www.a.fr", "https://www.a.fr"), ("b@c.fr", "mailto:b@c.fr")],
    "parti.example, @parti, www., https://, a@b": [],
    "javascript://www.parti.example ftp://www.parti.example": [],
}
TEXT = {"type": "text", "text": "Voir https://parti.example/?n="}
NAME = {"type": "field", "attrs": {"name": "given_name", "fallback": "vous"}}


def document(*parts: object) -> Document:
    """Return a document of one paragraph."""
    return Document.model_validate({"content": [{"type": "paragraph", "content": parts}]})


@pytest.mark.parametrize("text", FOUND)
def test_an_address_ends_before_the_punctuation_of_its_sentence(text: str) -> None:
    found = [(text[start:end], target) for start, end, target in find_addresses(text)]
    assert found == FOUND[text]


@pytest.mark.usefixtures("app")
def test_typed_addresses_are_links_in_both_parts_and_for_the_checks() -> None:
    strong = {"type": "text", "text": "www.parti.example", "marks": [{"type": "strong"}]}
    written = document({"type": "text", "text": "À contact@parti.example ou "}, strong)
    html = render_html(written, context())
    assert "<strong>www.parti.example</strong></a></p>" in html
    assert 'href="https://www.parti.example"' in html
    assert 'href="mailto:contact@parti.example"' in html
    assert to_text(written, context()) == "À contact@parti.example ou www.parti.example\n"
    assert list_document_links(written) == [
        ("mailto:contact@parti.example", "contact@parti.example"),
        ("https://www.parti.example", "www.parti.example"),
    ]


def test_an_address_that_a_field_continues_is_no_link() -> None:
    assert list_document_links(document(TEXT, NAME)) == []
    assert list_document_links(document(NAME, {"type": "text", "text": "a@b.example"})) == []


def test_a_link_keeps_its_own_target() -> None:
    mark = {"type": "link", "attrs": {"href": "https://parti.example/b"}}
    written = document({"type": "text", "text": "www.parti.example/a", "marks": [mark]})
    assert list_document_links(written) == [("https://parti.example/b", "www.parti.example/a")]
    assert isinstance(written.content[0], Paragraph)


def test_long_texts_are_read_in_no_time() -> None:
    began = time.monotonic()
    for hostile in ("a.", "www.", "a@", ")", "-"):
        list(find_addresses(f"https://a{hostile} {hostile}" + hostile * 60_000))
    assert time.monotonic() - began < 2
