"""Merge fields are plain placeholders; a reader's values go into an email as text."""

from html import escape

import pytest

from supporters.campaigns.markdown import to_html, to_text
from supporters.campaigns.merge_fields import (
    MAX_FALLBACK,
    FaultKind,
    MergeField,
    MergeFieldCollector,
    Placeholder,
    find_field_faults,
    has_marks,
    mark,
    on_one_line,
    split_at_marks,
)
from tests.markup import Markup

NAME = MergeField("given_name", "toi")
EVIL = "</p><script>alert('1')</script>\"&"


def kinds(text: str) -> list[FaultKind]:
    return [fault.kind for fault in find_field_faults(text)]


def fill_html(markdown: str, name: str | None) -> str:
    """Return the HTML of a text whose first placeholder is the reader's name."""
    return split_at_marks(to_html(markdown), [NAME], escape=escape).fill({"given_name": name})


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour {{ given_name | à vous }}",
        "{{given_name|ami}}",
        "{{ list_name }} de {{ party_name }}",
        "{{ party_name | nous }}",
        "no field at all",
    ],
)
def test_fields_of_the_list_are_taken(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{7*7}}",
        "{{config}}",
        "{{ ''.__class__.__mro__ }}",
        "{{ given_name.__class__ | x }}",
        "{{ email }}",
        "{{ Given_Name | x }}",
        "{{ }}",
        "{{}}",
        "{{ leave_url }}",
        "{{ subscribed_on }}",
    ],
)
def test_anything_else_in_double_braces_is_refused(text: str) -> None:
    assert kinds(text) == [FaultKind.UNKNOWN_FIELD]


@pytest.mark.parametrize("text", ["{% x %}", "{0.__class__}", "{given_name}", "${7*7}", "%(x)s"])
def test_the_syntax_of_other_engines_arrives_as_it_was_typed(text: str) -> None:
    assert kinds(text) == []
    assert MergeFieldCollector().mark_fields(text) == text


@pytest.mark.parametrize("text", ["{{ given_name }}", "{{ given_name | }}", "{{given_name|  }}"])
def test_a_name_that_may_be_missing_needs_a_fallback(text: str) -> None:
    assert kinds(text) == [FaultKind.FALLBACK_MISSING]


def test_a_fallback_has_at_most_80_characters() -> None:
    assert kinds(f"{{{{ given_name | {'x' * MAX_FALLBACK} }}}}") == []
    too_long = f"{{{{ given_name | {'x' * (MAX_FALLBACK + 1)} }}}}"
    assert kinds(too_long) == [FaultKind.FALLBACK_TOO_LONG]


@pytest.mark.parametrize(
    "text", ["{{ given_name", "given_name }}", "{{ a { b }}", "{{{{ list_name }}", "}}{{"]
)
def test_braces_that_stand_alone_are_refused(text: str) -> None:
    assert FaultKind.BRACES_UNBALANCED in kinds(text)


def test_every_fault_names_the_words_that_it_is_about() -> None:
    faults = [*find_field_faults("{{ config }} and {{ given_name }}")]
    assert [fault.words for fault in faults] == ["{{ config }}", "{{ given_name }}"]


def test_the_same_field_with_the_same_fallback_is_one_merge_field() -> None:
    collector = MergeFieldCollector()
    marked = collector.mark_fields("{{list_name}} {{ list_name }} {{ given_name | toi }}")
    assert marked == f"{mark(0)} {mark(0)} {mark(1)}"
    assert collector.slots == [MergeField("list_name"), MergeField("given_name", "toi")]


def test_a_fallback_stands_on_one_line() -> None:
    collector = MergeFieldCollector()
    collector.mark_fields("{{ given_name | chère\namie }}")
    assert collector.slots == [MergeField("given_name", "chère amie")]


def test_a_value_is_escaped_in_html() -> None:
    filled = Markup(fill_html(f"Bonjour {mark(0)} !", EVIL))
    assert filled.tags == {"p"}
    assert filled.words.strip() == f"Bonjour {EVIL} !"


@pytest.mark.parametrize("place", ['[x](https://p.fr "{}")', "![{}](https://p.fr/a.png)"])
def test_a_value_cannot_leave_an_attribute(place: str) -> None:
    filled = Markup(fill_html(place.format(mark(0)), '" onclick="alert(1)'))
    assert '" onclick="alert(1)' in dict(filled.attributes).values()
    assert "onclick" not in dict(filled.attributes)


@pytest.mark.parametrize("make", [to_html, to_text])
def test_a_value_in_a_link_is_percent_encoded(make: type) -> None:
    marked = make(f"[Ma page](https://p.fr/?nom={mark(0)})")
    filled = split_at_marks(marked, [NAME], escape=escape).fill({"given_name": "É&a=b/../ #"})
    assert "https://p.fr/?nom=%C3%89%26a%3Db%2F..%2F%20%23" in filled


def test_a_value_cannot_change_where_a_link_leads() -> None:
    filled = fill_html(f"[x](https://p.fr/{mark(0)})", "javascript:alert(1)//@evil.example")
    assert Markup(filled).links == {"https://p.fr/javascript%3Aalert%281%29%2F%2F%40evil.example"}


@pytest.mark.parametrize("value", [None, ""])
def test_the_fallback_stands_in_for_a_missing_value(value: str | None) -> None:
    assert fill_html(mark(0), value) == "<p>toi</p>\n"


def test_a_value_that_looks_like_a_placeholder_stays_text() -> None:
    filled = split_at_marks(f"{mark(0)} {mark(1)}", [NAME, MergeField("list_name")], escape=str)
    values = {"given_name": mark(1), "list_name": "secret"}
    assert filled.fill(values) == f"{mark(1)} secret"


def test_a_value_stands_on_one_line_and_keeps_its_other_spaces() -> None:
    assert on_one_line("Anna") == on_one_line(" Anna ") == "Anna"
    assert (
        on_one_line("\nParti\u00a0: l’Avenir\r\nBcc:  x\u2028y ")
        == "Parti\u00a0: l’Avenir Bcc:  x y"
    )
    assert fill_html(mark(0), "\n") == "<p>toi</p>\n"


def test_a_value_that_all_recipients_share_becomes_fixed_text() -> None:
    slots = [NAME, MergeField("list_name")]
    text = split_at_marks(f"a {mark(1)} b {mark(0)} c", slots, escape=escape)
    settled = text.settle({"list_name": "<L>"})
    assert settled.pieces == ["a &lt;L&gt; b ", Placeholder(NAME, escape), " c"]
    assert settled.fill({"given_name": None}) == "a &lt;L&gt; b toi c"


def test_marks_are_known_again() -> None:
    assert has_marks(f"a{mark(3)}")
    assert not has_marks("{{ given_name }}")
