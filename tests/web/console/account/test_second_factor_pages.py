"""The second step after the password: codes of an app, and recovery codes."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.sign_in.one_time_codes import count_recovery_codes
from supporters.sign_in.second_factors import CodeResult, check_code
from tests.audit_log.test_audit_events import events
from tests.factories.accounts import PASSWORD, make_organiser, sign_in
from tests.factories.factors import (
    FACTORS,
    NEW_APP,
    add_app,
    add_key,
    code_of,
    new_codes,
    notices,
    type_password,
)
from tests.web.console.pages import is_signed_in, reset_path
from tests.web.public.pages import press

EMAIL = "org@parti.example"
CODE_PAGE = "/console/sign-in/code"
STEP_UP = "/console/password"
CHANGED = "une tout autre longue phrase"


@pytest.fixture
def browser(app: Flask, organiser: Organiser) -> FlaskClient:
    return sign_in(app, organiser)


@pytest.fixture
def secret(browser: FlaskClient) -> str:
    """Return the secret of the organiser's app."""
    return add_app(browser)


def send_code(client: FlaskClient, code: str) -> int:
    """Type the password and a code; return the status of the last page."""
    type_password(client, EMAIL)
    return press(client, CODE_PAGE, code=code).status_code


def later(seconds: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(seconds=seconds), tick=False)


def test_the_password_alone_opens_nothing(client: FlaskClient, secret: str) -> None:
    response = type_password(client, EMAIL, next="/console/lists")
    assert (response.status_code, response.location) == (303, CODE_PAGE)
    assert not is_signed_in(client)
    assert client.get("/console/password").status_code != 200


def test_the_code_of_the_app_completes_the_sign_in(client: FlaskClient, secret: str) -> None:
    with later(30):
        type_password(client, EMAIL, next="/console/lists")
        response = press(client, CODE_PAGE, code=code_of(secret))
        assert response.location == "/console/lists"
        assert is_signed_in(client)
        assert json.loads(events()[-1].details)["methods"] == "password,app"


def test_a_code_with_a_space_is_the_same_code(client: FlaskClient, secret: str) -> None:
    with later(30):
        code = code_of(secret)
        assert send_code(client, f"{code[:3]} {code[3:]}") == 303


@pytest.mark.both_databases
def test_a_code_works_once(app: Flask, secret: str) -> None:
    first, second = app.test_client(), app.test_client()
    with later(30):
        assert send_code(first, code_of(secret)) == 303
        assert send_code(second, code_of(secret)) == 422
        assert not is_signed_in(second)


def test_the_code_that_set_the_app_up_signs_nobody_in(
    client: FlaskClient, browser: FlaskClient
) -> None:
    with later(0):
        secret = add_app(browser)
        assert send_code(client, code_of(secret)) == 422


def test_an_older_code_than_the_last_one_is_refused(app: Flask, secret: str) -> None:
    with later(60):
        assert send_code(app.test_client(), code_of(secret)) == 303
        before = code_of(secret, clock.now() - timedelta(seconds=30))
        assert send_code(app.test_client(), before) == 422


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_code_of_another_time_is_refused(client: FlaskClient, secret: str, seconds: int) -> None:
    with later(600):
        code = code_of(secret, clock.now() + timedelta(seconds=seconds))
        assert send_code(client, code) == 422


@pytest.mark.both_databases
def test_wrong_codes_have_to_wait_longer_and_longer(client: FlaskClient, secret: str) -> None:
    with later(600):
        wrong = "000000" if code_of(secret) != "000000" else "111111"
        type_password(client, EMAIL)
        for _ in range(6):
            assert press(client, CODE_PAGE, code=wrong).status_code == 422
        page = press(client, CODE_PAGE, code=code_of(secret)).text
        assert "trop de codes faux" in page
        assert not is_signed_in(client)
    with later(662):
        assert send_code(client, code_of(secret)) == 303


@pytest.mark.both_databases
def test_a_recovery_code_signs_in_once(app: Flask, browser: FlaskClient, secret: str) -> None:
    code = new_codes(browser)[0]
    first, second = app.test_client(), app.test_client()
    assert send_code(first, code.upper().replace("-", " ")) == 303
    assert is_signed_in(first)
    assert send_code(second, code) == 422
    assert not is_signed_in(second)


def test_the_account_learns_that_a_recovery_code_was_used(
    client: FlaskClient, browser: FlaskClient, secret: str
) -> None:
    send_code(client, new_codes(browser)[0])
    assert notices("recovery_code_used")[EMAIL]["left"] == 9


def test_few_recovery_codes_lead_to_the_page_that_makes_new_ones(
    client: FlaskClient, organiser: Organiser, browser: FlaskClient, secret: str
) -> None:
    codes = new_codes(browser)
    for code in codes[:6]:
        assert check_code(organiser.id, code) is CodeResult.RECOVERY_CODE
    type_password(client, EMAIL)
    assert press(client, CODE_PAGE, code=codes[6]).location == FACTORS
    assert "message-warn" in client.get(FACTORS).text


def test_recovery_codes_are_shown_once(browser: FlaskClient, secret: str) -> None:
    assert len({*new_codes(browser)}) == 10
    assert new_codes(browser) == []


def test_new_recovery_codes_void_the_former_ones(
    client: FlaskClient, organiser: Organiser, browser: FlaskClient, secret: str
) -> None:
    former = new_codes(browser)[0]
    press(browser, f"{FACTORS}/codes")
    assert count_recovery_codes(organiser.id) == 10
    assert send_code(client, former) == 422
    assert send_code(client, new_codes(browser)[0]) == 303


def test_the_recovery_code_of_another_account_is_refused(
    app: Flask, client: FlaskClient, secret: str
) -> None:
    other = sign_in(app, make_organiser("other@parti.example"))
    add_app(other)
    assert send_code(client, new_codes(other)[0]) == 422


def test_the_second_step_is_over_after_ten_minutes(client: FlaskClient, secret: str) -> None:
    type_password(client, EMAIL)
    with later(601):
        assert client.get(CODE_PAGE).location == "/console/sign-in"


def test_a_changed_password_voids_a_second_step_that_waits(
    app: Flask, client: FlaskClient, secret: str
) -> None:
    type_password(client, EMAIL)
    other = app.test_client()
    press(other, reset_path(other, EMAIL), password=CHANGED, password_confirm=CHANGED)
    assert client.get(CODE_PAGE).location == "/console/sign-in"


def test_the_second_step_needs_the_first(client: FlaskClient, secret: str) -> None:
    assert client.get(CODE_PAGE).location == "/console/sign-in"


def test_a_new_password_does_not_go_around_the_second_step(
    client: FlaskClient, secret: str
) -> None:
    path = reset_path(client, EMAIL)
    press(client, path, password=PASSWORD, password_confirm=PASSWORD)
    assert not is_signed_in(client)
    assert type_password(client, EMAIL).location == CODE_PAGE


def test_a_passkey_is_a_second_step_too(client: FlaskClient, browser: FlaskClient) -> None:
    add_key(browser)
    assert type_password(client, EMAIL).location == CODE_PAGE
    assert "data-passkey" in client.get(CODE_PAGE).text


def test_presence_is_confirmed_by_the_password_and_a_code(
    browser: FlaskClient, secret: str
) -> None:
    with later(700):
        page = f"{STEP_UP}?next={NEW_APP}"
        assert press(browser, page, password=PASSWORD, code="").status_code == 200
        assert browser.get(NEW_APP).status_code == 303
        done = press(browser, page, password=PASSWORD, code=code_of(secret))
        assert done.location == NEW_APP
        assert browser.get(NEW_APP).status_code == 200


def test_a_wrong_password_uses_up_no_code(browser: FlaskClient, secret: str) -> None:
    with later(700):
        code = code_of(secret)
        press(browser, STEP_UP, password="another long password", code=code)
        press(browser, STEP_UP, password=PASSWORD, code=code)
        assert browser.get(NEW_APP).status_code == 200


def test_a_wrong_code_sets_no_app_up(browser: FlaskClient, organiser: Organiser) -> None:
    browser.get(NEW_APP)
    assert press(browser, NEW_APP, code="000000").status_code == 422
    assert "data-passkey" not in browser.get(FACTORS).text
    assert count_recovery_codes(organiser.id) == 0


def test_the_app_can_be_scanned_or_typed(browser: FlaskClient) -> None:
    page = browser.get(NEW_APP).text
    assert "<svg" in page
    assert page.count("secret-key") == 1
    assert (
        browser.get(NEW_APP).text.partition("secret-key")[2][:60]
        == (page.partition("secret-key")[2][:60])
    )


def test_the_app_is_removed_only_beside_another_factor(
    browser: FlaskClient, client: FlaskClient, secret: str
) -> None:
    press(browser, f"{NEW_APP}/remove")
    assert type_password(client, EMAIL).location == CODE_PAGE
    add_key(browser)
    press(browser, f"{NEW_APP}/remove")
    with later(60):
        assert send_code(client, code_of(secret)) == 422
