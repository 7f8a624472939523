"""The rate limits: by network, and for forms filled in faster than by hand."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock, create_app
from supporters.config import Settings
from supporters.database import db
from tests.factories.lists import make_list
from tests.machinery.minutes import early_in_a_minute
from tests.web.public.pages import join


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings that allow five sign-ups a minute from a network."""
    return dataclasses.replace(settings, signup_rate=5)


@pytest.fixture(autouse=True)
def fresh(app: Flask) -> Iterator[None]:
    """Create a list, early in a minute."""
    with early_in_a_minute():
        make_list()
        yield


def test_a_network_that_floods_is_told_to_wait(client: FlaskClient) -> None:
    statuses = [join(client, f"a{n}@example.org").status_code for n in range(8)]
    assert statuses[-1] == 429
    assert client.post("/fr/join/national").status_code != 500


def test_a_network_that_floods_closes_the_page_to_nobody_else(client: FlaskClient) -> None:
    for number in range(40):
        join(client, f"a{number}@example.org")
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert join(client, "camille@example.net").status_code == 303


def test_a_forwarded_address_moves_no_limit(client: FlaskClient) -> None:
    for number in range(6):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.{number}.1"
        response = join(client, f"a{number}@example.org")
    assert response.status_code == 429


def test_all_processes_and_a_process_that_starts_again_have_one_limit(
    settings: Settings, client: FlaskClient
) -> None:
    statuses = []
    for process in range(4):
        another = create_app(settings)
        another.testing = True
        for number in range(5):
            response = join(another.test_client(), f"a{process}{number}@example.org")
            statuses.append(response.status_code)
            response.close()
        with another.app_context():
            db.engine.dispose()
    assert 5 <= statuses.count(303) <= 5 + 3


def test_a_site_of_many_networks_has_one_limit(client: FlaskClient) -> None:
    statuses = []
    for number in range(20):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8:1:{number}00::1"
        statuses.append(join(client, f"a{number}@example.org").status_code)
    assert statuses == [303] * 10 + [429] * 10


def test_a_page_that_is_open_for_hours_counts_as_quick(client: FlaskClient) -> None:
    html = client.get("/fr/join/national").text
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        statuses = [_send(client, html, f"a{n}@example.org") for n in range(4)]
    assert statuses == [303, 303, 303, 429]


def test_some_quick_forms_are_accepted_and_many_are_not(client: FlaskClient) -> None:
    statuses = [join(client, f"a{n}@example.org").status_code for n in range(4)]
    assert statuses == [303, 303, 303, 429]


def test_a_form_filled_in_by_hand_is_always_accepted(client: FlaskClient) -> None:
    start = clock.now()
    for number in range(4):
        with time_machine.travel(start + timedelta(seconds=20 * number), tick=False) as time:
            client.get("/fr/join/national")
            html = client.get("/fr/join/national").text
            time.shift(5)
            response = _send(client, html, f"a{number}@example.org")
        assert response == 303


def _send(client: FlaskClient, html: str, email: str) -> int:
    from tests.web.public.pages import box_values, hidden_values

    fields = {**hidden_values(html), **box_values(html), "is_15": "y", "email": email}
    return client.post("/fr/join/national", data=fields).status_code
