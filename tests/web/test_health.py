"""The health pages: one word and no data."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import text

from supporters import clock, create_app
from supporters.database import db, transaction
from supporters.delivery.machines import trust_database
from supporters.delivery.send_journal.worker_registry import current_worker, unregister
from supporters.retention.retention_rounds import (
    ask_next_inactive_people,
    purge_every_minute,
    run_retention,
)
from supporters.signup.rules import REQUEST_LIFETIME
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.retention import RecordingActions
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.databases import make_settings

pytestmark = pytest.mark.either_database

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def health(client: FlaskClient) -> tuple[int, str]:
    """Return the answer of the health page while a worker runs on another machine."""
    trust_database()
    answer = client.get("/healthz")
    return answer.status_code, answer.text


def test_health_turns_red_after_two_days_without_a_run(client: FlaskClient) -> None:
    told = [health(client)]
    with time_machine.travel(clock.now() + timedelta(hours=49), tick=False):
        told.append(health(client))
        run_retention(clock.now(), RecordingActions().means())
        told.append(health(client))
    assert told == [(200, "ok\n"), (503, "late\n"), (200, "ok\n")]


def test_health_is_red_while_the_last_run_met_errors(client: FlaskClient) -> None:
    person, told = make_subscriber(ANNA, make_list()).id, []
    means = RecordingActions()
    with time_machine.travel(clock.now() + 1065 * DAY, tick=False) as coordinates:
        ask_next_inactive_people(clock.now(), means.means(), asked_already=0)
        for fails_for in ({person}, {person}, set()):
            coordinates.shift(30 * DAY if not told else DAY)
            means.fails_for = fails_for
            run_retention(clock.now(), means.means())
            told.append(health(client))
    assert told == [(503, "failing\n"), (503, "failing\n"), (200, "ok\n")]


def test_health_is_red_while_somebody_can_not_be_asked(
    client: FlaskClient, runner: FlaskCliRunner
) -> None:
    means = RecordingActions(fails_for={make_subscriber(ANNA, make_list()).id})
    with time_machine.travel(clock.now() + 1059 * DAY, tick=False) as coordinates:
        run_retention(clock.now(), means.means())
        coordinates.shift(DAY)
        ask_next_inactive_people(clock.now(), means.means(), asked_already=0)
        told = [health(client), "had errors: 1" in runner.invoke(args=["doctor"]).stdout]
        run_retention(clock.now() + MINUTE, RecordingActions().means())
        told += [health(client), "had errors: 1" in runner.invoke(args=["doctor"]).stdout]
    assert told == [(503, "failing\n"), True, (200, "ok\n"), False]


def test_health_recovers_with_a_good_round_whatever_the_minutes_delete_then(
    client: FlaskClient,
) -> None:
    mailing_list = make_list()
    means = RecordingActions(fails_for={make_subscriber(ANNA, mailing_list).id})
    six, told = clock.now().replace(hour=6, minute=0, second=0) + 1061 * DAY, []
    with time_machine.travel(six + HOUR + MINUTE / 2 - REQUEST_LIFETIME, tick=False) as coordinates:
        request_to_join("ada@example.org", mailing_list)
        coordinates.move_to(six - HOUR)
        run_retention(clock.now(), means.means())
        coordinates.move_to(six)
        ask_next_inactive_people(clock.now(), means.means(), asked_already=0)
        told.append(health(client)[1])
        coordinates.shift(HOUR)
        run_retention(clock.now(), means.means())
        told.append(health(client)[1])
        coordinates.shift(MINUTE)
        purge_every_minute(clock.now())
        told.append(health(client)[1])
    assert told == ["letters failing\n", "letters\n", "ok\n"]


def test_health_names_an_email_that_waits_and_a_worker_that_died(client: FlaskClient) -> None:
    told = [health(client)]
    request_to_join(ANNA, make_list())
    with time_machine.travel(clock.now() + 11 * MINUTE, tick=False):
        told.append(health(client))
    current_worker()
    told.append(health(client))
    unregister()
    told.append(health(client))
    assert told == [(200, "ok\n"), (503, "letters\n"), (200, "ok\n"), (503, "worker\n")]


def test_health_names_an_installation_without_any_worker_under_any_host(
    client: FlaskClient,
) -> None:
    answer = client.get("/healthz", headers={"Host": "192.0.2.7:8000"})
    assert (answer.status_code, answer.text) == (503, "worker\n")
    assert health(client) == (200, "ok\n")


def test_health_names_a_database_that_is_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gone/supporters.db"
    answer = create_app(make_settings(tmp_path, url, mail_port=9)).test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (503, "database\n")


def test_ready_is_no_database_of_another_version(client: FlaskClient) -> None:
    told = [client.get("/readyz").status_code]
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = client.get("/readyz")
    told += [answer.status_code, client.get("/livez").status_code]
    assert (told, answer.text) == ([200, 503, 200], "not ready\n")
