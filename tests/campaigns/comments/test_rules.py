"""The names in a comment, its place in the message, and the time to delete it."""

from datetime import timedelta

import pytest

from supporters import clock
from supporters.campaigns.comments.rules import (
    CommentPlace,
    find_place,
    mark_names,
    may_delete,
    show_names,
    typed_names,
)

TEAM = [
    (1, "Camille Dupont", "camille@parti.example"),
    (2, "Paul", "paul@parti.example"),
    (3, "Camille Martin", "martin@parti.example"),
    (4, "", "zoe@parti.example"),
]


@pytest.mark.parametrize(
    ("typed", "mentioned", "unknown"),
    [
        ("@Paul, qu’en penses-tu ?", [2], []),
        ("@paul et @Camille Dupont.", [2, 1], []),
        ("@Camille ?", [], ["Camille"]),  # there are two
        ("@zoe@parti.example : voir @PAUL et @Paul", [4, 2], []),
        ("@zoé ou @zoe", [4], ["zoé"]),
        ("@Pauline", [], ["Pauline"]),
        ("paul@parti.example a répondu", [], []),
        ("un @ seul", [], []),
        ("\ue0001\ue001", [], []),  # nobody types a mark
    ],
)
def test_names_after_an_at_sign_are_those_of_the_team(
    typed: str, mentioned: list[int], unknown: list[str]
) -> None:
    marked = mark_names(typed, typed_names(TEAM))
    assert (marked.mentioned, marked.unknown) == (mentioned, unknown)


def test_a_mention_shows_the_present_name_of_its_account() -> None:
    marked = mark_names("Merci @paul !", typed_names(TEAM))
    assert "paul" not in marked.text.lower()
    assert show_names(marked.text, {2: "Paule"}.__getitem__) == "Merci @Paule !"


@pytest.mark.parametrize(
    ("block_id", "quote", "place"),
    [
        (None, "", CommentPlace.WHOLE),
        ("a", "à la\nfête", CommentPlace.HERE),
        ("a", "", CommentPlace.BLOCK),
        ("a", "au bal", CommentPlace.CHANGED),
        ("b", "à la fête", CommentPlace.DELETED),
    ],
)
def test_a_comment_stands_where_its_words_are(
    block_id: str | None, quote: str, place: CommentPlace
) -> None:
    assert find_place(block_id, quote, {"a": "Venez à la fête."}) is place


@pytest.mark.parametrize(
    ("by", "minutes", "is_answered", "expected"),
    [(1, 9, False, True), (1, 10, False, False), (1, 1, True, False), (2, 1, False, False)],
)
def test_an_author_deletes_a_comment_soon_after_and_before_an_answer(
    by: int, minutes: int, is_answered: bool, expected: bool
) -> None:
    now = clock.now()
    written = now - timedelta(minutes=minutes)
    assert may_delete(1, written, by_id=by, is_answered=is_answered, now=now) is expected
