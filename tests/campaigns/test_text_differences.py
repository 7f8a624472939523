"""The differences between two texts, word by word."""

import time

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from supporters.campaigns.text_differences import Change, compare_texts, has_changes

LIMIT_SECONDS = 2.0


def marked(before: str, after: str) -> str:
    """Return the comparison with [removed] and {added} pieces."""
    marks = {Change.SAME: "{}", Change.REMOVED: "[{}]", Change.ADDED: "{{{}}}"}
    return "".join(marks[piece.change].format(piece.text) for piece in compare_texts(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("jeudi à 19 heures", "jeudi à 20 heures", "jeudi à [19 ]{20 }heures"),
        ("un deux", "un deux", "un deux"),
        ("", "un", "{un}"),
        ("un", "", "[un]"),
        ("a\nb\nc", "a\nc", "a\n[b\n]c"),
        ("a\nb", "a\r\nb", "a\nb"),
    ],
)
def test_only_the_words_that_changed_are_marked(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


@hypothesis_settings(derandomize=True, deadline=None, max_examples=100)
@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = compare_texts(before, after)
    assert "".join(each.text for each in pieces if each.change is not Change.ADDED) == before
    assert "".join(each.text for each in pieces if each.change is not Change.REMOVED) == after
    assert has_changes(pieces) is (before != after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 50_000, "b " + "a " * 49_000 + "c"),
        ("\n" * 100_000, "x" + "\n" * 90_000 + "y"),
        ("ab " * 33_000, "ba " * 33_000),
        ("mot\n" * 25_000, "mots\n" * 20_000),
    ],
)
def test_a_comparison_ends_soon_for_any_text(before: str, after: str) -> None:
    began = time.process_time()
    compare_texts(before, after)
    assert time.process_time() - began < LIMIT_SECONDS
