"""Shares and the reach of a cancelled campaign, as the languages of the team write them."""

import pytest
from flask import Flask
from flask_babel import force_locale

from supporters.web.result_words import describe_reach, name_share


@pytest.mark.usefixtures("app")
def test_shares_have_one_decimal_as_each_language_writes_it(app: Flask) -> None:
    expected = {"en": "33.3%", "fr": "33,3\N{NO-BREAK SPACE}%"}
    with app.test_request_context():
        faults = {}
        for language, words in expected.items():
            with force_locale(language):
                if (said := name_share(1 / 3)) != words or name_share(None) != "–":
                    faults[language] = said
    assert faults == {}


@pytest.mark.usefixtures("app")
def test_a_reach_is_rounded_down_and_of_nobody_is_nothing(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert describe_reach([98, 134, 36]).startswith(
            "Cancelled by us at 73%: 98 of 134 people got it. 36 didn’t"
        )
        assert "at 0%: 0 of 0" in describe_reach([0, 0, 0])


@pytest.mark.usefixtures("app")
def test_a_cancellation_that_has_left_nobody_out_yet_names_no_zero(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        said = describe_reach([19, 140, 0])
    assert said == "Cancelled by us at 13%: 19 of 140 people got it."
