"""In production nobody opens the console with a password alone."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.sign_in.passkeys import list_passkeys
from tests.factories.accounts import PASSWORD, make_organiser, make_owner, sign_in
from tests.factories.factors import (
    FACTORS,
    NEW_APP,
    NEW_PASSKEY,
    SoftwareKey,
    add_app,
    add_key,
    code_of,
    new_codes,
    options_of,
    sign_in_with,
)
from tests.web.console.account.test_account_pages import TWICE, invite
from tests.web.console.pages import is_signed_in, sign_in_as
from tests.web.public.pages import hidden_values, press

EMAIL = "org@parti.example"

pytestmark = pytest.mark.either_database


@pytest.fixture
def browser(production: Flask) -> FlaskClient:
    """Return the browser of an account that typed its password, and has nothing else."""
    return sign_in(production, make_organiser(EMAIL))


def test_an_account_without_a_second_factor_is_led_to_one(browser: FlaskClient) -> None:
    for page in ("/console/", "/console/lists", "/console/people", "/console/campaigns/new"):
        response = browser.get(page)
        assert (response.status_code, response.location) == (303, FACTORS)
    page = browser.get(FACTORS)
    assert page.status_code == 200
    assert "/console/lists" not in page.text


def test_a_form_is_not_accepted_without_a_second_factor(browser: FlaskClient) -> None:
    token = hidden_values(browser.get(NEW_PASSKEY).text)["csrf_token"]
    response = browser.post("/console/campaigns/new", data={"csrf_token": token, "subject": "x"})
    assert response.location == FACTORS


def test_a_passkey_opens_the_console_and_brings_recovery_codes(browser: FlaskClient) -> None:
    add_key(browser)
    assert len(new_codes(browser)) == 10
    assert is_signed_in(browser)


def test_an_app_opens_the_console_and_brings_recovery_codes(browser: FlaskClient) -> None:
    add_app(browser)
    assert len(new_codes(browser)) == 10
    assert is_signed_in(browser)


def test_the_next_sign_in_with_the_passkey_opens_everything(
    production: Flask, browser: FlaskClient
) -> None:
    key, another = add_key(browser), production.test_client()
    sign_in_with(another, key)
    assert is_signed_in(another)


def test_a_stolen_password_adds_no_factor_to_an_account_that_has_one(
    production: Flask, browser: FlaskClient
) -> None:
    thief = sign_in(production, organiser := make_owner())
    holder = sign_in(production, organiser)
    options = options_of(thief, NEW_PASSKEY, NEW_PASSKEY)
    token = hidden_values(thief.get(NEW_PASSKEY).text)["csrf_token"]
    add_key(holder)
    answer = SoftwareKey().create(options)
    for page, fields in ((NEW_PASSKEY, {"name": "x", "credential": answer}), (NEW_APP, {})):
        response = thief.post(page, data={"csrf_token": token, **fields})
        assert response.location == FACTORS
    assert len(list_passkeys(organiser.id)) == 1
    assert thief.get(FACTORS).location == f"/console/password?next={FACTORS}"


@pytest.mark.both_databases
def test_a_session_from_before_proves_the_factor_and_goes_on(
    production: Flask, browser: FlaskClient
) -> None:
    older = production.test_client()
    sign_in_as(older, EMAIL)
    secret = add_app(browser)
    assert older.get("/console/").location == FACTORS
    with time_machine.travel(clock.now() + timedelta(seconds=30)):
        press(older, "/console/password", password=PASSWORD, code=code_of(secret))
        assert is_signed_in(older)


def test_an_invited_colleague_is_led_to_a_second_factor(production: Flask) -> None:
    client = production.test_client()
    assert press(client, invite(), **TWICE).location == FACTORS
    assert client.get("/console/").location == FACTORS


def test_development_needs_the_password_alone(app: Flask) -> None:
    assert is_signed_in(sign_in(app, make_organiser(EMAIL)))
