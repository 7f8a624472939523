"""The words of the rules stand in the database; the catalogue must know each of them."""

import pytest
from flask import Flask
from flask_babel import force_locale

from supporters.rights.retention.naming import BASES, DATA, NAMES, NOTES, time_of
from supporters.rights.retention.queries import list_rules
from supporters.rights.retention.rules import Category


def test_every_word_of_a_rule_can_be_translated(app: Flask) -> None:
    rules = list_rules()
    assert {rule.basis for rule in rules} == {*BASES}
    assert {rule.note for rule in rules} == {*NOTES}


def test_every_category_has_a_name_and_says_what_it_holds() -> None:
    assert {*NAMES} == {*DATA} == {*Category}


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "no end of its own"),
        (3, "3 days"),
        (365, "1 year"),
        (1095, "3 years"),
        (1826, "5 years"),
        (400, "400 days"),
    ],
)
def test_times_are_told_in_years_where_these_are_whole(
    app: Flask, days: int | None, words: str
) -> None:
    with force_locale("en"):
        assert time_of(days) == words
