"""A rate and an estimate in words, in both languages."""

from datetime import UTC, datetime

import time_machine
from flask import Flask
from flask_babel import force_locale

from supporters.web.console.campaigns.campaign_pages import describe_rate, describe_time_left

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)


def test_a_slow_rate_is_told_by_the_minute(app: Flask) -> None:
    cases = [
        (7912.4, "7,912 per second"),
        (12.34, "12 per second"),
        (2.34, "2.3 per second"),
        (0.5, "30 per minute"),
        (0.001, "1 per minute"),
    ]
    for rate, words in cases:
        with app.test_request_context(), force_locale("en"):
            assert describe_rate(rate) == words


def test_what_is_left_is_told_with_the_time_of_day(app: Flask) -> None:
    cases = [
        (3, "fin prévue dans une minute environ"),
        (230, "fin prévue dans 4 minutes environ, à 14:03"),
        (90 * 60, "fin prévue dans 90 minutes environ, à 15:30"),
        (10 * 3600, "fin prévue dans 10 heures environ, à 00:00"),
        (50 * 3600, "fin prévue dans 50 heures environ, à 2 juil., 16:00"),
    ]
    for seconds, words in cases:
        with app.test_request_context(), force_locale("fr"), time_machine.travel(NOON, tick=False):
            assert describe_time_left(seconds) == words
