"""My account: name, language, password, devices; and a forgotten password."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email
from supporters.database import db
from supporters.mail.models import EmailKind
from supporters.sign_in.password_changes import answer_waiting_resets
from supporters.sign_in.session_models import SignInSession
from supporters.team.accounts import disable_organiser
from tests.factories.accounts import PASSWORD, make_organiser, make_owner, sign_in
from tests.factories.signups import values_in
from tests.web.console.pages import (
    FORGOTTEN,
    SIGN_IN,
    emails,
    followed,
    is_signed_in,
    post,
    reset_path,
    sign_in_as,
)
from tests.web.public.pages import press

EMAIL = "org@parti.example"
PAGE, PASSWORD_PAGE = "/console/account", "/console/account/password"
NEW = "un deux trois soleil"
CHANGE = {"old_password": PASSWORD, "password": NEW, "password_confirm": NEW}
NEWEST = {"password": "the newest password", "password_confirm": "the newest password"}


@pytest.fixture
def browser(app: Flask, organiser: Organiser) -> FlaskClient:
    return sign_in(app, organiser)


def session_ids() -> list[int]:
    """Return the ids of all sessions, oldest first."""
    db.session.expire_all()
    return [*db.session.scalars(db.select(SignInSession.id).order_by(SignInSession.begun_at))]


def answer(client: FlaskClient, email: str) -> str:
    """Return the page without its varying parts and typed text."""
    html = followed(client, press(client, FORGOTTEN, email=email))
    return re.sub(r'value="[^"]*"', "", html).replace(email, "")


def test_the_name_is_shown_to_colleagues_beside_the_address(
    app: Flask, browser: FlaskClient
) -> None:
    press(browser, PAGE, name="Léa Démoulin", language="fr")
    team = sign_in(app, make_owner()).get("/console/organisers").text
    assert "Léa Démoulin" in team
    assert EMAIL in team
    assert "Léa Démoulin" in browser.get("/console/").text


def test_a_name_can_be_taken_away_again(browser: FlaskClient) -> None:
    press(browser, PAGE, name="Léa", language="fr")
    press(browser, PAGE, name=" ", language="fr")
    account = find_organiser_by_email(EMAIL)
    assert account is not None
    assert account.name_and_address == EMAIL


@pytest.mark.parametrize("fields", [{"name": "x" * 81}, {"name": "a\0b"}, {"language": "xx"}])
def test_a_wrong_name_or_language_is_refused(browser: FlaskClient, fields: dict[str, str]) -> None:
    answer = press(browser, PAGE, **{"name": "Léa", "language": "fr", **fields})
    assert (answer.status_code, "error-summary" in answer.text) == (422, True)


def test_the_language_applies_at_once_also_after_another_choice(browser: FlaskClient) -> None:
    post(browser, "/console/language/fr", back="/console/")
    page = followed(browser, press(browser, PAGE, name="", language="en"))
    assert "Your account is saved." in page
    assert 'lang="en"' in page


def test_a_new_password_needs_the_old_one(client: FlaskClient, browser: FlaskClient) -> None:
    wrong = press(browser, PASSWORD_PAGE, **{**CHANGE, "old_password": "not my password"})
    assert (wrong.status_code, "error-summary" in wrong.text) == (422, True)
    sign_in_as(client, EMAIL, NEW)
    assert not is_signed_in(client)


def test_a_new_password_ends_the_other_sessions_and_is_told(
    app: Flask, organiser: Organiser, browser: FlaskClient
) -> None:
    other = sign_in(app, organiser)
    assert press(browser, PASSWORD_PAGE, **CHANGE).location == PAGE
    assert (is_signed_in(browser), is_signed_in(other)) == (True, False)
    sign_in_as(other, EMAIL, NEW)
    assert is_signed_in(other)
    (notice,) = emails(EmailKind.SECURITY_NOTICE)
    assert values_in(notice)["notice"] == "password_changed"


def test_guessing_the_old_password_is_slowed_down(browser: FlaskClient) -> None:
    wrong = {**CHANGE, "old_password": "not my password"}
    statuses = [press(browser, PASSWORD_PAGE, **wrong).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert press(browser, PASSWORD_PAGE, **CHANGE).status_code == 429


@pytest.mark.parametrize("password", ["motdepasse1789", "org@parti.example", "aaaaaaaaaaaa", "x"])
def test_an_easy_password_is_refused(browser: FlaskClient, password: str) -> None:
    typed = {**CHANGE, "password": password, "password_confirm": password}
    assert "error-summary" in press(browser, PASSWORD_PAGE, **typed).text


def test_devices_are_named_and_one_is_ended(app: Flask, browser: FlaskClient) -> None:
    telephone = app.test_client()
    telephone.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone; …) Version/18 Safari/604"
    sign_in_as(telephone, EMAIL)
    page = browser.get(PAGE).text
    assert "Safari, iPhone" in page
    post(browser, f"{PAGE}/sessions/{session_ids()[-1]}/end")
    assert (is_signed_in(telephone), is_signed_in(browser)) == (False, True)


def test_all_other_devices_are_ended_at_once(
    app: Flask, organiser: Organiser, browser: FlaskClient
) -> None:
    others = [sign_in(app, organiser) for _ in range(2)]
    assert post(browser, f"{PAGE}/sessions/end-others").status_code == 303
    assert [is_signed_in(each) for each in (*others, browser)] == [False, False, True]


def test_the_session_of_a_colleague_can_not_be_ended(app: Flask, browser: FlaskClient) -> None:
    colleague = sign_in(app, make_owner())
    assert post(browser, f"{PAGE}/sessions/{session_ids()[-1]}/end").status_code == 404
    assert is_signed_in(colleague)


def test_sessions_that_are_over_are_not_shown(
    app: Flask, organiser: Organiser, browser: FlaskClient
) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=59)):
        browser.get("/console/")
        sign_in(app, organiser)
    with time_machine.travel(clock.now() + timedelta(minutes=65)):
        assert browser.get(PAGE).text.count('role="rowheader"') == 2
        assert "sessions/end-others" in browser.get(PAGE).text
    with time_machine.travel(clock.now() + timedelta(minutes=200)):
        assert str(browser.get(PAGE).location).startswith(SIGN_IN)


def test_a_page_comes_back_after_the_end_of_a_session(browser: FlaskClient) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        led = browser.get("/console/cases?state=all")
        answer = press(browser, str(led.location), email=EMAIL, password=PASSWORD)
    assert answer.location == "/console/cases?state=all"


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
    assert press(client, path, **NEWEST).location == "/console/sign-in"
    sign_in_as(client, EMAIL, NEWEST["password"])
    assert is_signed_in(client)
    assert client.get(path).location == FORGOTTEN


def test_the_old_password_and_its_sessions_are_over(app: Flask) -> None:
    browser, other = sign_in(app, make_organiser(EMAIL)), app.test_client()
    press(other, reset_path(other, EMAIL), **NEWEST)
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
