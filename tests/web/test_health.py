"""What monitors read: one word, and nothing of what is kept here."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient, FlaskCliRunner

from supporters import clock
from supporters.rights.retention.running import ask_the_next, run_retention
from tests.builders import make_list, make_subscriber
from tests.campaigning import ANNA
from tests.rights.retention.building import Remembering

pytestmark = pytest.mark.both_databases

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def health(client: FlaskClient) -> tuple[int, str]:
    """Return what a monitor is answered."""
    answer = client.get("/healthz")
    return answer.status_code, answer.text


def test_health_turns_red_after_two_days_without_a_run(client: FlaskClient) -> None:
    told = [health(client)]
    with time_machine.travel(clock.now() + timedelta(hours=49), tick=False):
        told.append(health(client))
        run_retention(clock.now(), Remembering().means())
        told.append(health(client))
    assert told == [(200, "ok\n"), (503, "late\n"), (200, "ok\n")]


def test_health_is_red_while_the_last_run_met_errors(client: FlaskClient) -> None:
    person, told = make_subscriber(ANNA, make_list()).id, []
    means = Remembering()
    with time_machine.travel(clock.now() + 1065 * DAY, tick=False) as coordinates:
        run_retention(clock.now(), means.means())
        for fails_for in ({person}, {person}, set()):
            coordinates.shift(30 * DAY if not told else DAY)
            means.fails_for = fails_for
            run_retention(clock.now(), means.means())
            told.append(health(client))
    assert told == [(503, "failing\n"), (503, "failing\n"), (200, "ok\n")]


def test_health_is_red_while_somebody_can_not_be_asked(
    client: FlaskClient, runner: FlaskCliRunner
) -> None:
    means = Remembering(fails_for={make_subscriber(ANNA, make_list()).id})
    with time_machine.travel(clock.now() + 1059 * DAY, tick=False) as coordinates:
        run_retention(clock.now(), means.means())
        coordinates.shift(DAY)
        ask_the_next(clock.now(), means.means(), asked_already=0)
        told = [health(client), "met 1 errors" in runner.invoke(args=["doctor"]).stdout]
        run_retention(clock.now() + MINUTE, Remembering().means())
        told += [health(client), "met 1 errors" in runner.invoke(args=["doctor"]).stdout]
    assert told == [(503, "failing\n"), True, (200, "ok\n"), False]
