"""Markdown becomes calm HTML and readable text, with the same links in both, and never script."""

import re

import pytest

from supporters.campaigns.markdown import (
    ATTRIBUTES,
    TAGS,
    list_images,
    list_links,
    to_html as html,
    to_text as text,
)
from tests.markup import Markup

SAFE_TARGET = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<iframe src=https://evil.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<form action=https://evil.example><input name=password></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<object data=data:text/html;base64,PHNjcmlwdD4=></object>",
    "<!--><script>alert(1)</script-->",
    "<p style='background:url(javascript:alert(1))'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://p.fr "onmouseover=alert(1)")',
    '[x](https://p.fr/"onmouseover="alert(1))',
    '![" onerror="alert(1)](https://p.fr/a.png)',
    '![x](https://p.fr/a.png"onerror="alert(1))',
    "`<img src=x onerror=alert(1)>`",
    '```"><script>\n<script>alert(1)</script>\n```',
    "# <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_comes_out_as_markup(attack: str) -> None:
    read = Markup(html(attack))
    allowed = {name for names in ATTRIBUTES.values() for name in names}
    assert read.tags <= TAGS
    assert {name for name, _ in read.attributes} <= allowed
    assert all(SAFE_TARGET.match(target) for target in read.links | read.sources)


def test_raw_html_is_shown_as_it_was_typed() -> None:
    assert Markup(html("<b>gras</b>")).words.strip() == "<b>gras</b>"


LINKED = [
    "[a](https://a.fr/?x=1&y=2)",
    "[a](https://a.fr/é) et [b](http://b.fr/b_(c))",
    "<https://a.fr> puis <contact@p.fr>",
    "[**gras** et `code`](https://a.fr 'titre')",
    "[![La salle](https://p.fr/a.png)](https://a.fr)",
    "[a][1]\n\n[1]: https://a.fr/1",
    "- [a](https://a.fr)\n  - [b](https://b.fr)\n\n> [c](mailto:c@p.fr)",
    "# [a](tel:+33100000000)\n\n1. [b](https://b.fr/?q={{list_name}})",
    "pas de lien : https://a.fr",
]


@pytest.mark.parametrize("markdown", LINKED)
def test_both_parts_have_the_same_links(markdown: str) -> None:
    targets = {target for target, _ in list_links(markdown)}
    assert Markup(html(markdown)).links == targets
    shown = text(markdown)
    assert {each for each in targets if each.removeprefix("mailto:") in shown} == targets


def test_an_unsafe_link_is_in_neither_part() -> None:
    markdown = "[x](javascript:alert(1))"
    assert list_links(markdown) == []
    assert Markup(html(markdown)).links == set()


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("un\ndeux", "un\ndeux\n"),
        ("un\n\ndeux", "un\n\ndeux\n"),
        ("# Titre\n\ntexte", "Titre\n\ntexte\n"),
        ("**gras** et _incliné_ et `code`", "gras et incliné et code\n"),
        ("- a\n- b\n\nfin", "- a\n- b\n\nfin\n"),
        ("1. a\n2. b\n   - c\n   - d\n\nfin", "1. a\n2. b\n  - c\n  - d\n\nfin\n"),
        ("3. a\n4. b", "3. a\n4. b\n"),
        ("- a\n\n  suite\n- b", "- a\n\n  suite\n\n- b\n"),
        ("> cité\n> encore\n\nfin", "> cité\n> encore\n\nfin\n"),
        ("> un\n>\n> deux", "> un\n>\n> deux\n"),
        ("> > dedans\n\nfin", "> > dedans\n\nfin\n"),
        ("avant\n\n> cité", "avant\n\n> cité\n"),
        ("> un\n\n<!-- -->\n\n> deux", "> un\n\n<!-- -->\n\n> deux\n"),
        ("> un\n>\n> > dedans\n>\n> deux", "> un\n>\n> > dedans\n>\n> deux\n"),
        ("- a\n\n  > cité\n- b", "- a\n\n  > cité\n\n- b\n"),
        ("<https://a.fr>, <contact@p.fr>", "https://a.fr, contact@p.fr\n"),
        ("<mailto:b@p.fr>", "mailto:b@p.fr\n"),
        ("[Écrire](mailto:b@p.fr)", "Écrire (mailto:b@p.fr)\n"),
        ("[https://a.fr](https://b.fr)", "https://a.fr (https://b.fr)\n"),
        ("> - a\n> - b", "> - a\n> - b\n"),
        ("```\nx = 1\n```\n\nfin", "x = 1\n\nfin\n"),
        ("- ```\n  x\n  ```\n\nfin", "- x\n\nfin\n"),
        ("a\n\n---\n\nb", "a\n\n--------------------\n\nb\n"),
        ("![La salle](https://p.fr/a.png)", "[La salle]\n"),
        ("Fran&ccedil;ais \\*pas gras\\*", "Français *pas gras*\n"),
    ],
)
def test_text_can_be_read_without_html(markdown: str, expected: str) -> None:
    assert text(markdown) == expected


def test_headings_lists_and_quotes_keep_their_meaning_in_html() -> None:
    tags = Markup(html("## T\n\n1. a\n   - b\n\n> c\n\n`d`\n\n---")).tags
    assert {"h2", "ol", "ul", "li", "blockquote", "code", "hr"} <= tags


def test_images_are_listed_with_their_words() -> None:
    assert list_images("![La *salle*](https://p.fr/a.png)") == [
        ("https://p.fr/a.png", "La *salle*")
    ]
