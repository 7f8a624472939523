"""State that all requests of a process share."""

from datetime import timedelta

from flask import Flask

from supporters import clock
from supporters.extensions import is_first_in_a_minute


def test_an_event_is_first_once_in_a_minute_also_if_the_clock_went_back(app: Flask) -> None:
    now = clock.now()
    with app.app_context():
        assert is_first_in_a_minute("waiting page", "503", now=now)
        assert not is_first_in_a_minute("waiting page", "503", now=now + timedelta(seconds=59))
        assert is_first_in_a_minute("waiting page", "429", now=now + timedelta(seconds=59))
        assert is_first_in_a_minute("waiting page", "503", now=now + timedelta(seconds=60))
        assert is_first_in_a_minute("waiting page", "503", now=now - timedelta(hours=1))
