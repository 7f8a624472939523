"""Merge fields: a closed list of plain placeholders, and nothing that a template engine runs."""

import pytest

from supporters.campaigns.merge_fields import (
    MAX_FALLBACK,
    FaultKind,
    MergeField,
    MergeFieldCollector,
    find_field_faults,
    mark,
)


def kinds(text: str) -> list[FaultKind]:
    return [fault.kind for fault in find_field_faults(text)]


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
