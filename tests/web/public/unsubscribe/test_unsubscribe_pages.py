"""Unsubscribing from an email: one click by the mailbox provider, one button for a person."""

import dataclasses
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from supporters import clock, create_app
from supporters.config import Settings
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db
from supporters.extensions import current_tokens
from supporters.lists.models import Subscription
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.web.public.pages import hidden_values, press

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@made_once
def path(app: Flask) -> str:
    """Return the unsubscribe link of a person on two lists, for the first."""
    national, lyon = make_list(), make_list("lyon", "Lyon")
    person = make_subscriber("camille@example.org", national, lyon)
    return "/leave/" + current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [person.id, national.id, 1])


@pytest.mark.parametrize("encoding", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_one_click_unsubscribes_without_cookie_token_or_redirect(
    app: Flask, path: str, encoding: str
) -> None:
    response = app.test_client(use_cookies=False).post(path, data=ONE_CLICK, content_type=encoding)
    assert (response.status_code, response.location) == (200, None)
    assert count_rows(Subscription) == 1


def test_one_click_is_recorded_as_such(client: FlaskClient, path: str) -> None:
    client.post(path, data=ONE_CLICK)
    event = db.session.scalar(select(ConsentEvent).where(ConsentEvent.kind == "withdrawn"))
    assert event is not None
    assert (event.kind, event.method) == (EventKind.WITHDRAWN, Method.ONE_CLICK)


def test_one_click_works_from_another_site(client: FlaskClient, path: str) -> None:
    response = client.post(path, data=ONE_CLICK, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200


def test_a_hundred_clicks_from_one_place_all_succeed_and_change_once(
    client: FlaskClient, path: str
) -> None:
    assert {client.post(path, data=ONE_CLICK).status_code for _ in range(100)} == {200}
    withdrawals = select(func.count()).where(ConsentEvent.kind == EventKind.WITHDRAWN)
    assert db.session.scalar(withdrawals) == 1


def test_opening_the_link_shows_a_button_and_changes_nothing(
    client: FlaskClient, path: str
) -> None:
    response = client.get(path)
    client.head(path)
    assert (response.status_code, count_rows(Subscription)) == (200, 2)
    assert "La Lettre nationale" in response.text
    assert "camille" not in response.text


def test_one_button_is_for_this_list_and_one_for_every_list(client: FlaskClient, path: str) -> None:
    press(client, path)
    assert count_rows(Subscription) == 1
    press(client, path, leave="all")
    assert count_rows(Subscription) == 0


def test_a_token_in_the_body_counts_for_nothing(client: FlaskClient, path: str) -> None:
    client.post(path, data={**ONE_CLICK, "token": "other", "leave": "this"})
    assert count_rows(Subscription) == 1


def test_an_altered_link_is_unknown(client: FlaskClient, path: str) -> None:
    altered = path[:-3] + ("A" if path[-3] != "A" else "B") + path[-2:]
    assert client.get(altered).status_code == 404
    assert client.post(altered, data=ONE_CLICK).status_code == 404
    assert count_rows(Subscription) == 2


def test_a_link_that_was_cut_off_says_how_to_leave_all_the_same(client: FlaskClient) -> None:
    page = client.get("/leave/WzM3N", headers={"Accept-Language": "fr"}).text
    assert "certaines messageries coupent les liens longs en deux" in page
    assert 'href="/fr/my-data"' in page


def test_the_link_of_an_erased_person_gets_the_same_answer(client: FlaskClient) -> None:
    path = "/leave/" + current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [404, 404, 404])
    assert client.post(path, data=ONE_CLICK).status_code == 200


def test_the_link_survives_two_rotations_of_the_keys_and_three_years(
    settings: Settings, path: str
) -> None:
    keys = ("newest", "newer", *settings.secret_keys)
    rotated = create_app(dataclasses.replace(settings, secret_keys=keys))
    later = clock.now() + timedelta(days=3 * 365)
    with time_machine.travel(later):
        assert rotated.test_client().post(path, data=ONE_CLICK).status_code == 200
    db.session.rollback()
    assert count_rows(Subscription) == 1


def test_the_subscriptions_page_unsubscribes_from_the_chosen_list(
    client: FlaskClient, path: str
) -> None:
    person = db.session.scalar(select(Subscription.subscriber_id)) or 0
    page = "/fr/subscriptions/" + current_tokens().sign(TokenPurpose.MANAGE, person)
    fields = hidden_values(client.get(page).text)
    assert client.post(page, data={**fields, "leave": "2"}).status_code == 303
    assert count_rows(Subscription) == 1
    client.post(page, data={**fields, "leave": "all"})
    assert count_rows(Subscription) == 0
    assert client.get(page).status_code == 200


def test_the_link_to_the_subscriptions_page_expires_after_72_hours(
    client: FlaskClient, path: str
) -> None:
    page = "/fr/subscriptions/" + current_tokens().sign(TokenPurpose.MANAGE, 1)
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        assert client.get(page).status_code == 410
