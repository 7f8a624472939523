"""A forgotten password: an email whose link uses the configured address and works once."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.mail.models import EmailKind
from supporters.sign_in.password_resets import answer_waiting_resets
from supporters.team.accounts import disable_organiser
from tests.factories.accounts import PASSWORD, make_organiser, make_owner, sign_in
from tests.factories.signups import values_in
from tests.web.console.pages import (
    FORGOTTEN,
    emails,
    followed,
    is_signed_in,
    reset_path,
    sign_in_as,
)
from tests.web.public.pages import press

EMAIL = "org@parti.example"
NEW = {"password": "the newest password", "password_confirm": "the newest password"}


def answer(client: FlaskClient, email: str) -> str:
    """Return the page without its varying parts and typed text."""
    html = followed(client, press(client, FORGOTTEN, email=email))
    return re.sub(r'value="[^"]*"', "", html).replace(email, "")


def test_the_answer_tells_nobody_which_addresses_have_an_account(client: FlaskClient) -> None:
    make_owner()
    make_organiser(EMAIL)
    disable_organiser(make_organiser("gone@parti.example").id)
    addresses = [EMAIL, "nobody@parti.example", "gone@parti.example"]
    assert len({answer(client, email) for email in addresses}) == 1
    answer_waiting_resets()
    assert len(emails(EmailKind.RESET_PASSWORD)) == 1


def test_the_link_in_the_email_comes_from_configuration(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    client.environ_base["HTTP_X_FORWARDED_HOST"] = "evil.example"
    reset_path(client, EMAIL)
    values = values_in(emails(EmailKind.RESET_PASSWORD)[0])
    assert str(values["reset_url"]).startswith("http://localhost/console/reset/")


def test_a_new_password_is_chosen_once_with_the_link(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    path = reset_path(client, EMAIL)
    assert press(client, path, **NEW).location == "/console/sign-in"
    sign_in_as(client, EMAIL, NEW["password"])
    assert is_signed_in(client)
    assert client.get(path).location == FORGOTTEN


def test_the_old_password_and_its_sessions_are_over(app: Flask) -> None:
    browser, other = sign_in(app, make_organiser(EMAIL)), app.test_client()
    press(other, reset_path(other, EMAIL), **NEW)
    sign_in_as(other, EMAIL, PASSWORD)
    assert not is_signed_in(other)
    assert not is_signed_in(browser)


def test_an_old_link_says_that_it_is_over(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    path = reset_path(client, EMAIL)
    with time_machine.travel(clock.now() + timedelta(hours=6), tick=False):
        page = followed(client, client.get(path))
    assert "message-bad" in page


@pytest.mark.parametrize("token", ["forged", "%00", "a" * 3000])
def test_a_forged_link_leads_to_asking_for_a_new_one(client: FlaskClient, token: str) -> None:
    assert client.get(f"/console/reset/{token}").location == FORGOTTEN


@pytest.mark.parametrize(
    "typed",
    [
        {"password": "too short", "password_confirm": "too short"},
        {"password": "the newest password", "password_confirm": "another password"},
        {"password": "", "password_confirm": ""},
    ],
)
def test_a_weak_or_mistyped_password_is_refused(client: FlaskClient, typed: dict[str, str]) -> None:
    make_organiser(EMAIL)
    path = reset_path(client, EMAIL)
    assert "error-summary" in press(client, path, **typed).text
    sign_in_as(client, EMAIL, PASSWORD)
    assert is_signed_in(client)


def test_a_page_with_a_token_is_kept_by_nobody(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    headers = client.get(reset_path(client, EMAIL)).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_asking_again_and_again_is_slowed_down(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    answers = [press(client, FORGOTTEN, email=EMAIL) for _ in range(11)]
    assert [each.status_code for each in answers] == [303] * 10 + [429]
    assert answers[-1].headers["Retry-After"]
    answer_waiting_resets()
    assert len(emails(EmailKind.RESET_PASSWORD)) == 3
