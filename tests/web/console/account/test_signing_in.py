"""The sign-in: password, answers that reveal no account, end of sessions."""

import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.team.accounts import disable_organiser
from supporters.team.team_invitations import invite_organiser
from tests.factories.accounts import PASSWORD, keep_signed_in, make_organiser, make_owner, sign_in
from tests.web.console.pages import FORGOTTEN, SIGN_IN, followed, is_signed_in, post, sign_in_as
from tests.web.public.pages import hidden_values, press

EMAIL = "org@parti.example"


def words(html: str, email: str) -> str:
    """Return a page without its varying parts and typed text."""
    return re.sub(r'value="[^"]*"', "", html).replace(email, "")


def test_an_organiser_signs_in_with_address_and_password(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    response = sign_in_as(client, EMAIL)
    assert (response.status_code, response.location) == (302, "/console/")
    assert is_signed_in(client)


def test_an_address_is_known_in_capitals(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    sign_in_as(client, "Org@Parti.Example")
    assert is_signed_in(client)


def test_who_fails_to_sign_in_always_reads_the_same(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    invite_organiser("invited@parti.example", RoleName.ORGANISER, "fr", inviter="")
    make_owner()
    disabled = make_organiser("gone@parti.example")
    disable_organiser(disabled.id)
    tries = [
        (EMAIL, "another long password"),
        ("nobody@parti.example", PASSWORD),
        ("invited@parti.example", PASSWORD),
        ("gone@parti.example", PASSWORD),
        ("gone@parti.example", "another long password"),
    ]
    answers = [(sign_in_as(client, *each), each[0]) for each in tries]
    assert len({words(response.text, email) for response, email in answers}) == 1
    assert {response.status_code for response, _ in answers} == {200}
    assert not is_signed_in(client)


def test_what_is_no_address_is_refused_calmly(client: FlaskClient) -> None:
    for email in ["", "no address", "a\0b@parti.example", "é" * 500, "a\nb@c.d"]:
        response = sign_in_as(client, email)
        assert response.status_code == 200
        assert "error-summary" in response.text


def test_the_sign_in_needs_the_token_of_its_form(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    response = client.post(SIGN_IN, data={"email": EMAIL, "password": PASSWORD})
    assert response.status_code == 400
    assert not is_signed_in(client)


def test_signing_in_begins_a_new_session(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    before = hidden_values(client.get(SIGN_IN).text)["csrf_token"]
    planted = client.get_cookie("session")
    sign_in_as(client, EMAIL)
    assert client.get_cookie("session") != planted
    refused = client.post("/console/language/en", data={"csrf_token": before})
    assert refused.status_code == 400


def test_signing_out_takes_a_form_of_ours(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    sign_in_as(client, EMAIL)
    assert client.get("/console/sign-out").status_code == 405
    assert client.post("/console/sign-out").status_code == 400
    assert is_signed_in(client)
    assert post(client, "/console/sign-out").location == SIGN_IN
    assert not is_signed_in(client)


def test_signing_out_leaves_other_devices_signed_in(app: Flask) -> None:
    organiser = make_organiser(EMAIL)
    telephone, desk = sign_in(app, organiser), sign_in(app, organiser)
    post(desk, "/console/sign-out")
    assert (is_signed_in(telephone), is_signed_in(desk)) == (True, False)


def test_a_copied_session_is_over_after_signing_out(app: Flask) -> None:
    thief, holder = app.test_client(), sign_in(app, make_organiser(EMAIL))
    copied = holder.get_cookie("session")
    assert copied is not None
    post(holder, "/console/sign-out")
    thief.set_cookie("session", copied.value)
    assert not is_signed_in(thief)


def test_disabling_an_account_ends_its_sessions_at_once(app: Flask) -> None:
    make_owner()
    organiser = make_organiser(EMAIL)
    browser = sign_in(app, organiser)
    disable_organiser(organiser.id)
    assert browser.get("/console/").location == f"{SIGN_IN}?next=/console/"


def test_an_idle_session_ends_after_an_hour(app: Flask) -> None:
    start = clock.now()
    browser = sign_in(app, make_organiser(EMAIL))
    for minutes, is_in in ((55, True), (110, True), (171, False)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert is_signed_in(browser) is is_in


def test_a_page_that_renews_itself_is_no_use_of_a_session(app: Flask) -> None:
    start = clock.now()
    browser = sign_in(app, make_organiser(EMAIL))
    with time_machine.travel(start + timedelta(minutes=50), tick=False):
        assert browser.get("/console/", headers={"Sec-Fetch-Dest": "empty"}).status_code == 200
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        assert not is_signed_in(browser)


def test_a_text_that_saves_itself_is_a_use_of_its_session(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    start = clock.now()
    browser = sign_in(app, make_organiser(EMAIL))
    with time_machine.travel(start + timedelta(minutes=50), tick=False):
        browser.put("/console/campaigns/9/document", headers={"Sec-Fetch-Dest": "empty"})
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        assert is_signed_in(browser)


def test_even_a_busy_session_ends_after_a_week(app: Flask) -> None:
    start = clock.now()
    browser = sign_in(app, make_organiser(EMAIL))
    keep_signed_in(start + timedelta(days=7) - timedelta(minutes=1))
    with time_machine.travel(start + timedelta(days=7) - timedelta(seconds=1), tick=False):
        assert is_signed_in(browser)
    with time_machine.travel(start + timedelta(hours=24 * 7 + 1), tick=False):
        assert not is_signed_in(browser)


def test_signing_in_never_leads_to_another_site(app: Flask) -> None:
    make_organiser(EMAIL)
    targets = (
        *("https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example"),
        *("\\\\evil.example", "javascript:alert(1)", "http:evil.example", " //evil.example"),
        "https://localhost@evil.example/",
    )
    for target in targets:
        client = app.test_client()
        response = press(client, SIGN_IN, email=EMAIL, password=PASSWORD, next=target)
        is_refused = "Ce lien mènerait vers un autre site" in response.text
        assert response.status_code == (200 if is_refused else 302)
        place = urljoin(f"http://localhost{SIGN_IN}", str(response.location))
        assert is_refused or place.startswith("http://localhost/")


def test_signing_in_leads_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    closed = client.get("/console/cases?state=all&page=2")
    response = press(client, str(closed.location), email=EMAIL, password=PASSWORD)
    assert response.location == "/console/cases?state=all&page=2"


@pytest.mark.parametrize("page", [SIGN_IN, FORGOTTEN])
def test_an_endless_password_is_refused_and_is_no_fault(client: FlaskClient, page: str) -> None:
    make_organiser(EMAIL)
    fields = {"email": EMAIL, "password": "x" * 400_000}
    assert press(client, page, **fields).status_code == 413
    assert press(client, page, **fields, next="y" * 5_000).status_code == 413


@pytest.mark.parametrize("email", [EMAIL, "nobody@parti.example"])
def test_guessing_is_slowed_down_with_a_page_that_says_so(client: FlaskClient, email: str) -> None:
    make_organiser(EMAIL)
    answers = [sign_in_as(client, email, f"guess number {n}") for n in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert "Trop de mots de passe" in answers[-1].text
    assert f'value="{email}"' in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) <= 30
    assert client.get(SIGN_IN).status_code == 200


def test_nobody_stays_signed_in_by_another_cookie(client: FlaskClient) -> None:
    make_organiser(EMAIL)
    page = client.get(SIGN_IN).text
    response = press(client, SIGN_IN, email=EMAIL, password=PASSWORD, remember="y")
    cookies = response.headers.getlist("Set-Cookie")
    assert 'name="remember"' not in page
    assert [each.partition("=")[0] for each in cookies] == ["session"]
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Lax" in cookies[0]
    assert not {"Expires", "Max-Age"} & {each.partition("=")[0] for each in cookies[0].split("; ")}


def test_who_is_signed_in_already_needs_no_sign_in(app: Flask) -> None:
    browser = sign_in(app, make_organiser(EMAIL))
    assert "/console/" in followed(browser, browser.get(SIGN_IN))


@pytest.mark.parametrize("made_up", ["http://[", "http://[x]/", "//a]b"])
def test_a_made_up_next_page_is_refused_with_a_page(client: FlaskClient, made_up: str) -> None:
    make_organiser(EMAIL)
    html = client.get(SIGN_IN).text
    fields = {**hidden_values(html), "email": EMAIL, "password": PASSWORD}
    answers = [
        client.get(SIGN_IN, query_string={"next": made_up}),
        client.post(SIGN_IN, query_string={"next": made_up}, data=fields),
        client.post(SIGN_IN, data={**fields, "next": made_up}),
    ]
    assert [each.status_code for each in answers] == [400, 400, 400]
    assert not is_signed_in(client)
