"""The rate limits: by network, and for forms filled in faster than by hand."""

import dataclasses
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.config import Settings
from tests.factories.lists import make_list
from tests.web.public.pages import join


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings that allow five sign-ups a minute from a network."""
    return dataclasses.replace(settings, signup_rate=5)


@pytest.fixture(autouse=True)
def fresh(app: Flask) -> None:
    """Create a list."""
    make_list()


def test_a_network_that_floods_is_told_to_wait(client: FlaskClient) -> None:
    statuses = [join(client, f"a{n}@example.org").status_code for n in range(8)]
    assert statuses[-1] == 429
    assert client.post("/fr/join/national").status_code != 500


def test_a_network_that_floods_closes_the_page_to_nobody_else(client: FlaskClient) -> None:
    for number in range(150):
        join(client, f"a{number}@example.org")
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert join(client, "camille@example.net").status_code == 303


def test_a_forwarded_address_moves_no_limit(client: FlaskClient) -> None:
    for number in range(6):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.{number}.1"
        response = join(client, f"a{number}@example.org")
    assert response.status_code == 429


def test_some_quick_forms_are_accepted_and_many_are_not(client: FlaskClient) -> None:
    statuses = [join(client, f"a{n}@example.org").status_code for n in range(4)]
    assert statuses == [303, 303, 303, 422]


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
