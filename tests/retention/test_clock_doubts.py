"""A machine whose clock is wrong deletes nothing by itself."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.cli.data_findings import look_at_retention
from supporters.database import db
from supporters.retention.queries import find_round_times
from supporters.retention.retention_rounds import run_retention
from supporters.signup.models import SignupRequest
from supporters.tasks import forget, keep_retention
from tests.factories.lists import make_list
from tests.factories.retention import RecordingActions
from tests.factories.signups import request_to_join

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)
TWO_MINUTES = timedelta(minutes=2)


def count_pending() -> int:
    db.session.rollback()
    return len(db.session.scalars(db.select(SignupRequest.id)).all())


def test_a_clock_that_is_a_year_ahead_deletes_nothing(
    app: Flask, runner: FlaskCliRunner, database: str
) -> None:
    request_to_join("ada@example.org", make_list())
    run_retention(clock.now(), RecordingActions().means())
    before = find_round_times()
    with clock.pretend(clock.now() + 365 * DAY):
        forget()
        keep_retention()
        found = look_at_retention()
        assert (found.state, "Nothing is deleted" in found.words) == ("wrong", True)
        assert (count_pending(), find_round_times()) == (1, before)
        ran = runner.invoke(args=["retention", "run"])
        is_same_clock = database == "sqlite"  # then a person says that the date is right
        assert (ran.exit_code == 0) == is_same_clock, ran.output
        assert count_pending() == (0 if is_same_clock else 1)


def test_a_worker_that_was_off_for_some_days_deletes(app: Flask, database: str) -> None:
    request_to_join("ada@example.org", make_list())
    run_retention(clock.now() - 6 * DAY, RecordingActions().means())
    with clock.pretend(clock.now() + TWO_MINUTES):
        keep_retention()
    is_other_clock = database == "postgresql"
    times = find_round_times()
    assert times is not None
    assert (times.begun_at < clock.now() - DAY) == is_other_clock
    keep_retention()
    assert look_at_retention().state == "right"
