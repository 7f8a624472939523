"""Dates and times in words in each language, 24 hours, in the time zone of the site."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from supporters.text.local_dates import date_in, format_date, format_date_and_time, format_time

EVENING = datetime(2026, 11, 5, 18, 22, tzinfo=UTC)
LATE = datetime(2026, 11, 5, 23, 30, tzinfo=UTC)


def test_a_moment_is_told_with_the_day_first_and_24_hours(app: Flask) -> None:
    cases = [
        ("fr", "5 novembre 2026, 19:22"),
        ("en", "5 November 2026, 19:22"),
        ("de", "5. November 2026, 19:22"),
        ("es", "5 de noviembre de 2026, 19:22"),
        ("it", "5 novembre 2026, 19:22"),
    ]
    for language, words in cases:
        with app.test_request_context(), force_locale(language):
            assert format_date_and_time(EVENING) == words


def test_french_says_the_first_of_a_month_in_its_own_way() -> None:
    first, eleventh = date(2026, 12, 1), date(2021, 1, 11)
    said = [date_in(first, "fr", form) for form in ("long", "full", "d MMM y", "EEEE d", "short")]
    assert said == [
        *("1er décembre 2026", "mardi 1er décembre 2026", "1er déc. 2026", "mardi 1er"),
        "01/12/2026",
    ]
    assert date_in(eleventh, "fr") == "11 janvier 2021"
    assert date_in(first, "it") == "1 dicembre 2026"


def test_a_day_follows_the_time_zone_of_the_site(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert (format_date(LATE), format_time(LATE)) == ("6 November 2026", "00:30")


@pytest.mark.parametrize(
    ("language", "form", "words"),
    [
        ("fr", "full", "jeudi 5 novembre 2026"),
        ("en", "full", "Thursday, 5 November 2026"),
        ("fr", "d MMM", "5 nov."),
        ("en", "d MMM", "5 Nov"),
    ],
)
def test_a_day_is_told_in_the_form_that_is_asked_for(language: str, form: str, words: str) -> None:
    assert date_in(date(2026, 11, 5), language, form) == words
