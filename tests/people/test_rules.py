"""The words that find people, and the mask of addresses."""

import pytest

from supporters.people.rules import (
    MAX_WORD,
    MOST_WORDS,
    list_searched_words,
    list_words,
    list_words_of_person,
    mask_address,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("marie.dupont@example.org", ["marie", "dupont", "example", "org"]),
        ("Éloïse", ["eloise"]),
        ("ÉLOÏSE e\N{COMBINING ACUTE ACCENT}loise", ["eloise"]),
        ("Jean-Baptiste D’Artagnan", ["jean", "baptiste", "d", "artagnan"]),
        ("anne_marie+parti", ["anne", "marie", "parti"]),
        ("Straße Œuvre", ["strasse", "œuvre"]),
        ("anna anna", ["anna"]),
        ("%_\\'\";", []),
        ("x" * 100, ["x" * MAX_WORD]),
    ],
)
def test_words_are_without_case_accents_and_signs(text: str, words: list[str]) -> None:
    assert list_words(text) == words


def test_a_person_is_found_by_address_and_first_name() -> None:
    assert list_words_of_person("m.dupont@example.org", "Zoé") == [
        *("m", "dupont", "example", "org", "zoe"),
    ]


def test_an_erased_address_has_no_words() -> None:
    assert list_words_of_person("12@erased.invalid", None) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ma", []),
        ("m a r", []),
        ("", []),
        ("ma dup", ["dup", "ma"]),
        ("a b c d e f dupont", ["dupont", *"abcde"]),
    ],
)
def test_a_search_needs_one_word_of_three_letters(text: str, words: list[str]) -> None:
    assert list_searched_words(text) == words
    assert len(words) <= MOST_WORDS


@pytest.mark.parametrize(
    ("address", "masked"),
    [("lea.martin@example.org", "l…@example.org"), ("l@example.org", "l…@example.org")],
)
def test_a_masked_address_shows_one_character_and_the_domain(address: str, masked: str) -> None:
    assert mask_address(address) == masked
