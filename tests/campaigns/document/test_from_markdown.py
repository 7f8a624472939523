"""Typed Markdown as a document and back: the nearest blocks, and no lost words."""

import pytest
from hypothesis import HealthCheck, given, settings

from supporters.campaigns.document.blocks import MAX_BLOCKS, Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.to_plain_text import to_markdown
from tests.factories.documents import documents

LONG = "{{ given_name | %s }}" % ("x" * 201)


def read_and_written(markdown: str) -> str:
    """Return the Markdown of the document that a text becomes."""
    document = from_markdown(markdown)
    assert document is not None
    return to_markdown(document).rstrip("\n")


@pytest.mark.parametrize(
    "markdown",
    [
        *("## Titre _fort_", "### Sous-titre", "Un **mot** et ~~deux~~", "a\\\nb", "---", ""),
        *("> un\n>\n> deux", "- a\n- b\n  1. c", "- a\n\n* b", "[[Je viens]](https://p.fr)"),
        *("| a | b |\n| --- | --- |\n| 1 | {{ given_name | x }} |", "{{config}} {{7\\*7}}"),
        *("![La salle](image:img_1){decorative}\n: Légende", "[![a](image:img_1)](https://p.fr)"),
        *("::: box\nun\n\n[[x]](<>)\n:::", "::: share\nlink: https://p.fr\n:::"),
        "::: event\ntitle: Réunion\nstarts: 2026-12-03T19:00\nplace: Lyon\n:::",
        "::: picture right\n![a](image:img_1)\n\n## T\n\nun\n:::",
        "Bonjour {{ given_name | à vous }}, [ici](https://p.fr/?a=1&b=2) <https://p.fr/a_b>",
    ],
)
def test_what_has_a_block_comes_back_as_it_was_typed(markdown: str) -> None:
    assert read_and_written(markdown) == markdown


@pytest.mark.parametrize(
    ("markdown", "becomes"),
    [
        ("# Titre", "## Titre"),
        ("#### T **gras** [a](https://p.fr)", r"### T gras a (https\://p.fr)"),
        ("**Hé !**toi", r"\*\*Hé !\*\*toi"),
        ("un\ndeux", "un\\\ndeux"),
        ("https://p.fr/a_b.", "<https://p.fr/a_b>."),
        ("www.p.fr et a@p.fr", "www.p.fr et a@p.fr"),
        ("`code` et\n\n```\nx\n  y\n```", "code et\n\nx\\\n&#32; y"),
        ("5. a\n6. b", "1. a\n2. b"),
        ("- a\n\n  b\n\n  > c", "- a\\\n  b\\\n  c"),
        ("> # T\n> - a", "> T\n>\n> a"),
        ("un ![x](image:img_2) deux", "un&#32;\n\n![x](image:img_2)\n\n&#32;deux"),
        ("[a]\n\n[a]: https://p.fr", "[a](https://p.fr)"),
        ("::: box\n# T\nun\n:::", "## T\n\n::: box\nun\n:::"),
        (r"\{{ given_name | x }}", r"\{{ given_name | x }}"),
        (r"\\{{ given_name | x }}", r"\\{{ given_name | x }}"),
    ],
)
def test_the_rest_becomes_the_nearest_block(markdown: str, becomes: str) -> None:
    assert read_and_written(markdown) == becomes


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("[x](ftp://p.fr)", r"\[x\](ftp\://p.fr)"),
        ("![x](https://p.fr/a.gif)", r"!\[x\](https\://p.fr/a.gif)"),
        ("<script>alert(1)</script>", r"\<script>alert(1)\</script>"),
        ("::: event\nstarts: demain\n:::", "\\::: event\\\nstarts: demain\\\n\\:::"),
        ("::: box\njamais fermé", "\\::: box\\\njamais fermé"),
        (LONG, f"\\{LONG}"),
    ],
)
def test_what_is_refused_stays_as_text(markdown: str, words: str) -> None:
    assert read_and_written(markdown) == words


@pytest.mark.parametrize("target", ["/agenda", "www.p.fr", "https://p.fr/?n={{list_name}}"])
def test_an_unfinished_target_is_kept(target: str) -> None:
    assert read_and_written(f"[a]({target})") == f"[a]({target})"


@pytest.mark.parametrize(
    "markdown", ["> " * 20 + "cité", "*a* " * 3000, "- a\n\n---\n\n" * MAX_BLOCKS]
)
def test_what_no_document_can_hold_is_not_read(markdown: str) -> None:
    assert from_markdown(markdown) is None


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(documents)
def test_every_document_is_the_same_after_markdown(document: Document) -> None:
    markdown = to_markdown(document)
    assert from_markdown(markdown) == document, markdown
