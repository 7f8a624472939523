"""A document as an email: the same words in both parts; what was typed is only text."""

import json
import re
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from flask import Flask

from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.rendered_document import MailContext, render_html
from supporters.campaigns.document.to_plain_text import to_text
from supporters.campaigns.merge_fields import MergeFieldCollector
from supporters.delivery.message.previews import preview_campaign
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list

HOSTILE = [
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>'),
    *("javascript:alert(1)", "{{ config }}", "{% include 'x' %}", "${7*7}", "<!--", "]]>", "'\"`"),
    *(
        "\u202e gnp.exe",
        "&lt;script&gt;",
        "<style>*{}</style>",
        "</td></table>",
        "%EE%80%800%EE%80%81",
    ),
]
ARABIC = "مرحبا بكم"
BODY = f"# {ARABIC}\n\n{ARABIC}, Ada.\n\n- {ARABIC}\n\nBonjour {ARABIC}."


class Shown(NamedTuple):
    """The width, the height and the address of a picture."""

    url: str = "https://parti.example/i/a.jpg"
    width: int = 536
    height: int = 402


class Tags(HTMLParser):
    """Collects the tags, the attributes and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def context() -> MailContext:
    """Return what a campaign in French is rendered with."""
    return MailContext(7, "fr", MergeFieldCollector(), {"img_1": Shown()})


def document(markdown: str) -> Document:
    """Return the document of a text in Markdown."""
    found = from_markdown(markdown)
    assert found is not None
    return found


def text_of(markdown: str) -> str:
    """Return the plain text of a document."""
    return to_text(document(markdown), context())


def html_of(markdown: str) -> str:
    return render_html(document(markdown), context())


@pytest.fixture(autouse=True)
def _french(app: Flask) -> None:
    """Run within the app; its default language is French."""


def test_the_plain_text_of_each_block() -> None:
    cases = [
        ("## Titre\n\nUn **mot**\\\ndeux", "Titre\n=====\n\nUn mot\ndeux\n"),
        ("[ici](https://p.fr) <https://p.fr>", "ici (https://p.fr) https://p.fr\n"),
        ("[a](mailto:a@p.fr) <mailto:a@p.fr>", "a (mailto:a@p.fr) mailto:a@p.fr\n"),
        ("- a\n  1. b\n- c\n\nd", "- a\n  1. b\n- c\n\nd\n"),
        ("> a\n>\n> b", "> a\n>\n> b\n"),
        ("[[Je viens]](https://p.fr)", "→ Je viens: https://p.fr\n"),
        ("![La salle](image:img_1)\n: Hier", "[La salle]\nHier\n"),
        ("a\n\n![x](image:img_1){decorative}\n\nb", "a\n\nb\n"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2\n"),
        ("::: box\na\n\n[[x]](https://p.fr)\n:::", "a\n\n→ x: https://p.fr\n"),
        ("::: picture left\n![a](image:img_1)\n\nb\n:::", "[a]\n\nb\n"),
        ("---", "--------------------\n"),
    ]
    faults = [markdown for markdown, text in cases if text_of(markdown) != text]
    assert not faults


def test_a_meeting_says_when_and_where_in_both_parts() -> None:
    markdown = (
        "::: event\ntitle: Réunion\nstarts: 2026-12-03T19:00\nends: 2026-12-03T21:30\n"
        "place: Lyon\nlink: https://p.fr/r\n:::"
    )
    shown = "".join(Tags(html_of(markdown)).words)
    for words in ("Réunion", "jeudi 3 décembre 2026, 19:00 – 21:30", "Lyon"):
        assert words in text_of(markdown)
        assert words in shown
    assert "/meetings/7/" in text_of(markdown)
    assert "https://p.fr/r" in text_of(markdown)


def test_share_links_lead_to_the_page_and_carry_no_script() -> None:
    tags = Tags(html_of("::: share\nlink: https://p.fr/a?b=1\n:::")).tags
    targets = [str(attributes["href"]) for tag, attributes in tags if tag == "a"]
    assert len(targets) == 5
    assert all("https%3A%2F%2Fp.fr%2Fa%3Fb%3D1" in target for target in targets)


def test_a_picture_has_its_size_for_programs_without_styles() -> None:
    tags = dict(Tags(html_of("![La salle](image:img_1)")).tags)
    assert tags["img"]["alt"] == "La salle"
    assert (tags["img"]["width"], tags["img"]["height"]) == ("536", "402")


def test_a_picture_beside_a_text_is_drawn_smaller() -> None:
    tags = dict(Tags(html_of("::: picture right\n![a](image:img_1)\n\nb\n:::")).tags)
    assert (tags["img"]["width"], tags["img"]["height"]) == ("260", "195")


def test_a_field_is_a_mark_that_is_filled_later() -> None:
    made = context()
    shown = render_html(document("Bonjour {{ given_name | à vous }} {{ list_name }}"), made)
    assert [each.field for each in made.fields.slots] == ["given_name", "list_name"]
    assert "\ue0000\ue001" in shown


def test_what_was_typed_is_only_text_in_every_place() -> None:
    """Put the text into each attribute and each run of a document, as a hostile editor would."""
    for typed in HOSTILE:
        run = {"type": "text", "text": typed}
        linked = {**run, "marks": [{"type": "link", "attrs": {"href": "https://p.fr/"}}]}
        picture = {"image": "img_1", "alt": typed}
        words = {"type": "paragraph", "content": [run, linked]}
        field = {"type": "field", "attrs": {"name": "given_name", "fallback": "ami"}}
        row = {"type": "table_row", "content": [{"type": "table_cell", "content": [run, field]}]}
        blocks = [
            {"type": "heading", "content": [run]},
            {"type": "quote", "content": [words]},
            {"type": "callout", "content": [words, {"type": "button", "content": [run]}]},
            {"type": "button", "attrs": {"href": "https://p.fr"}, "content": [run]},
            {"type": "image", "attrs": {**picture, "caption": typed}},
            {"type": "pair", "attrs": picture, "content": [words]},
            {"type": "event", "attrs": {"title": typed, "place": typed}},
            {"type": "table", "content": [row]},
        ]
        hostile = Document.model_validate({"content": blocks})
        shown = Tags(render_html(hostile, context()))
        plain = Tags(render_html(_with_words(hostile, typed, "mot"), context()))
        assert [tag for tag, _ in shown.tags] == [tag for tag, _ in plain.tags]
        assert [set(attributes) for _, attributes in shown.tags] == [
            set(attributes) for _, attributes in plain.tags
        ]
        assert "".join(shown.words).count(typed.strip()) >= 10


def _with_words(hostile: Document, typed: str, words: str) -> Document:
    """Return the same document with harmless words."""

    def change(value: object) -> object:
        if isinstance(value, dict):
            return {key: change(each) for key, each in value.items()}
        if isinstance(value, list):
            return [change(each) for each in value]
        return words if value == typed or value == typed.strip() else value

    return Document.model_validate(change(json.loads(hostile.model_dump_json())))


def test_blocks_in_arabic_run_from_right_to_left_and_others_do_not(app: Flask) -> None:
    html = preview_campaign(make_campaign(make_list(), body=BODY)).html
    assert re.findall(r'<(\w+) dir="rtl"', html) == ["h2", "p", "li"]
    assert '<p style="margin: 0 0 16px;">Bonjour' in html
