"""The ground, the note and the time of a rule, in words."""

from flask import Flask
from flask_babel import force_locale

from supporters.retention.labels import basis_of, note_of, time_of
from supporters.retention.rules import RuleBasis, RuleNote


def test_a_rule_has_its_ground_and_note_in_the_current_language(app: Flask) -> None:
    with force_locale("en"):
        assert basis_of(RuleBasis.OBJECTION) == "The person’s objection (GDPR article 21(3))."
        assert note_of(RuleNote.HANDED_OUT) == "The disclosed data, the recipient and the reason."


def test_a_text_that_is_no_key_is_shown_unchanged(app: Flask) -> None:
    assert (basis_of("Our own."), note_of("Our own.")) == ("Our own.", "Our own.")


def test_times_are_in_years_if_these_are_whole(app: Flask) -> None:
    cases = [
        (None, "no fixed end"),
        (3, "3 days"),
        (365, "1 year"),
        (1095, "3 years"),
        (1826, "5 years"),
        (400, "400 days"),
    ]
    for days, words in cases:
        with force_locale("en"):
            assert time_of(days) == words
