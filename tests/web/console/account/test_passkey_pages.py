"""Passkeys: sign-in without an address, and every answer that is refused (REQ-127)."""

import dataclasses
import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.sign_in.acts import SignInAct
from supporters.sign_in.passkeys import list_passkeys
from supporters.team.accounts import disable_organiser
from tests.audit_log.test_audit_events import events
from tests.factories.accounts import csrf_token_on, make_organiser, make_owner, sign_in
from tests.factories.factors import (
    FACTORS,
    NEW_PASSKEY,
    PASSKEY_CONFIRM,
    PASSKEY_SIGN_IN,
    PRESENT,
    SIGN_IN,
    SoftwareKey,
    add_app,
    add_key,
    notices,
    options_of,
    send_answer,
    send_new_key,
    sign_in_with,
)
from tests.web.console.pages import is_signed_in, post
from tests.web.public.pages import press

EMAIL = "org@parti.example"


@pytest.fixture
def browser(app: Flask, organiser: Organiser) -> FlaskClient:
    return sign_in(app, organiser)


@pytest.fixture
def key(browser: FlaskClient) -> SoftwareKey:
    """Return a passkey of the organiser."""
    return add_key(browser)


def last_acts(count: int) -> list[str]:
    return [event.act for event in events()[-count:]]


@pytest.mark.both_databases
def test_a_passkey_signs_in_without_an_address(client: FlaskClient, key: SoftwareKey) -> None:
    response = sign_in_with(client, key, next="/console/lists")
    assert (response.status_code, response.location) == (303, "/console/lists")
    assert is_signed_in(client)
    assert json.loads(events()[-1].details)["methods"] == "passkey"


def test_a_passkey_leads_to_no_other_site(client: FlaskClient, key: SoftwareKey) -> None:
    assert sign_in_with(client, key, next="//evil.example/").location == "/console/"


def test_the_account_learns_of_a_new_passkey(key: SoftwareKey) -> None:
    assert notices("passkey_added")[EMAIL]["device"] == "Clé"
    assert {*notices("recovery_codes_made")} == {EMAIL}


def test_the_options_ask_for_any_device_that_checks_its_user(
    app: Flask, organiser: Organiser
) -> None:
    options = options_of(sign_in(app, organiser), NEW_PASSKEY, NEW_PASSKEY)
    wanted = options["authenticatorSelection"]
    assert (wanted["userVerification"], wanted["residentKey"]) == ("required", "required")
    assert "authenticatorAttachment" not in wanted
    assert options["rp"]["id"] == "localhost"
    assert EMAIL not in str(options["user"]["id"])


@pytest.mark.parametrize(
    "forged",
    [
        {"origin": "https://localhost.evil.example"},
        {"origin": "http://localhost:8080"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"handle": "YWNjb3VudC05OTk"},
        {"credential_id": b"unknown"},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_a_forged_answer_signs_nobody_in(
    client: FlaskClient, key: SoftwareKey, forged: dict[str, object]
) -> None:
    response = sign_in_with(client, dataclasses.replace(key, **forged))
    assert response.location == SIGN_IN
    assert not is_signed_in(client)
    assert last_acts(1) == [SignInAct.SESSION_PASSKEY_REFUSED.value]


def test_an_answer_signed_by_another_key_is_refused(client: FlaskClient, key: SoftwareKey) -> None:
    sign_in_with(client, dataclasses.replace(key, private=SoftwareKey().private))
    assert not is_signed_in(client)


def test_an_unreadable_answer_is_refused(client: FlaskClient) -> None:
    for answer in ["", "{", "[]", "null", '{"id": 1}', '{"id": "a", "rawId": "a"}']:
        options_of(client, PASSKEY_SIGN_IN, SIGN_IN)
        assert send_answer(client, answer).location == SIGN_IN


@pytest.mark.both_databases
def test_an_answer_works_once(app: Flask, key: SoftwareKey) -> None:
    thief, holder = app.test_client(), app.test_client()
    answer = key.sign(options_of(holder, PASSKEY_SIGN_IN, SIGN_IN))
    copied = holder.get_cookie("session")
    assert copied is not None
    send_answer(holder, answer)
    thief.set_cookie("session", copied.value)
    send_answer(thief, answer)
    assert is_signed_in(holder)
    assert not is_signed_in(thief)


def test_an_answer_to_the_challenge_of_another_browser_is_refused(
    app: Flask, key: SoftwareKey
) -> None:
    one, other = app.test_client(), app.test_client()
    answer = key.sign(options_of(one, PASSKEY_SIGN_IN, SIGN_IN))
    options_of(other, PASSKEY_SIGN_IN, SIGN_IN)
    send_answer(other, answer)
    assert not is_signed_in(other)


def test_a_challenge_is_over_after_five_minutes(client: FlaskClient, key: SoftwareKey) -> None:
    start = clock.now()
    answer = key.sign(options_of(client, PASSKEY_SIGN_IN, SIGN_IN))
    with time_machine.travel(start + timedelta(minutes=5, seconds=2), tick=False):
        send_answer(client, answer)
        assert not is_signed_in(client)


def test_a_challenge_is_for_one_act(browser: FlaskClient, key: SoftwareKey) -> None:
    answer = key.sign(options_of(browser, PASSKEY_SIGN_IN, NEW_PASSKEY))
    response = post(browser, PASSKEY_CONFIRM, credential=answer)
    assert str(response.location).startswith("/console/password")


def test_a_disabled_account_can_not_sign_in(
    client: FlaskClient, organiser: Organiser, key: SoftwareKey
) -> None:
    make_owner()
    disable_organiser(organiser.id)
    sign_in_with(client, key)
    assert not is_signed_in(client)


@pytest.mark.both_databases
def test_a_count_that_goes_back_is_refused_and_reported(
    client: FlaskClient, browser: FlaskClient
) -> None:
    make_owner("owner@parti.example")
    key = add_key(browser, SoftwareKey(count=7))
    sign_in_with(client, dataclasses.replace(key, count=7))
    assert not is_signed_in(client)
    reported = {*notices("passkey_copied")}
    assert reported == {EMAIL, "owner@parti.example", "donnees@parti.example"}
    sign_in_with(client, dataclasses.replace(key, count=8))
    assert is_signed_in(client)


def test_the_time_of_the_last_use_is_kept(
    client: FlaskClient, organiser: Organiser, key: SoftwareKey
) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        sign_in_with(client, key)
        assert list_passkeys(organiser.id)[0].last_used_at == clock.now()


def test_a_passkey_confirms_presence(browser: FlaskClient, key: SoftwareKey) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert browser.get(NEW_PASSKEY).status_code == 303
        answer = key.sign(options_of(browser, PASSKEY_CONFIRM, "/console/password"))
        done = post(browser, PASSKEY_CONFIRM, credential=answer, next=NEW_PASSKEY)
        assert done.location == NEW_PASSKEY
        assert browser.get(NEW_PASSKEY).status_code == 200


def test_the_passkey_of_another_account_confirms_nothing(
    app: Flask, browser: FlaskClient, key: SoftwareKey
) -> None:
    foreign = add_key(sign_in(app, make_organiser("other@parti.example")))
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        answer = foreign.sign(options_of(browser, PASSKEY_CONFIRM, "/console/password"))
        post(browser, PASSKEY_CONFIRM, credential=answer, next=NEW_PASSKEY)
        assert browser.get(NEW_PASSKEY).status_code == 303


def test_adding_a_passkey_needs_a_recent_proof(browser: FlaskClient) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert browser.get(NEW_PASSKEY).location == f"/console/password?next={NEW_PASSKEY}"


@pytest.mark.parametrize("forged", [{"flags": PRESENT}, {"origin": "https://evil.example"}])
def test_a_forged_new_passkey_is_not_added(
    browser: FlaskClient, organiser: Organiser, forged: dict[str, object]
) -> None:
    key = dataclasses.replace(SoftwareKey(), **forged)
    answer = key.create(options_of(browser, NEW_PASSKEY, NEW_PASSKEY))
    response = send_new_key(browser, answer)
    assert response.status_code == 422
    assert "error-summary" in response.text
    assert list_passkeys(organiser.id) == []


def test_a_passkey_belongs_to_one_account(app: Flask, key: SoftwareKey) -> None:
    other = make_organiser("other@parti.example")
    browser = sign_in(app, other)
    answer = dataclasses.replace(key).create(options_of(browser, NEW_PASSKEY, NEW_PASSKEY))
    assert send_new_key(browser, answer).status_code == 422
    assert list_passkeys(other.id) == []


def test_the_last_factor_stays(
    browser: FlaskClient, organiser: Organiser, key: SoftwareKey
) -> None:
    page = f"{FACTORS}/passkeys/{list_passkeys(organiser.id)[0].id}/remove"
    press(browser, page)
    assert len(list_passkeys(organiser.id)) == 1
    add_app(browser)
    press(browser, page)
    assert list_passkeys(organiser.id) == []
    assert {*notices("passkey_removed")} == {EMAIL}


def test_a_passkey_gets_another_name(
    browser: FlaskClient, organiser: Organiser, key: SoftwareKey
) -> None:
    page = f"{FACTORS}/passkeys/{list_passkeys(organiser.id)[0].id}"
    press(browser, page, name="Mon téléphone")
    assert "Mon téléphone" in browser.get(FACTORS).text
    assert last_acts(1) == [SignInAct.PASSKEY_RENAMED.value]


def test_the_passkeys_of_another_account_do_not_exist(
    app: Flask, organiser: Organiser, key: SoftwareKey
) -> None:
    page = f"{FACTORS}/passkeys/{list_passkeys(organiser.id)[0].id}"
    other = sign_in(app, make_owner())
    assert other.get(page).status_code == 404
    assert post(other, f"{page}/remove").status_code == 404
    assert len(list_passkeys(organiser.id)) == 1


def test_the_options_of_a_sign_in_name_no_account(client: FlaskClient, key: SoftwareKey) -> None:
    options = options_of(client, PASSKEY_SIGN_IN, SIGN_IN)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


def test_a_flood_of_empty_answers_is_few_events_and_then_refused(
    app: Flask, key: SoftwareKey
) -> None:
    stranger, before = app.test_client(), len(events())
    token = csrf_token_on(stranger, SIGN_IN)
    data = {"csrf_token": token}
    statuses = [stranger.post(PASSKEY_SIGN_IN, data=data).status_code for _ in range(400)]
    assert (statuses[0], statuses[-1], statuses.count(429) > 300) == (303, 429, True)
    assert len(events()) - before < 10


def test_a_network_that_must_wait_is_told_how_long(app: Flask, key: SoftwareKey) -> None:
    stranger = app.test_client()
    data = {"csrf_token": csrf_token_on(stranger, SIGN_IN)}
    refused = [stranger.post(PASSKEY_SIGN_IN, data=data) for _ in range(31)][-1]
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 5


def test_passkeys_that_are_right_use_up_nothing(app: Flask, key: SoftwareKey) -> None:
    statuses = {sign_in_with(app.test_client(), key).status_code for _ in range(35)}
    assert statuses == {303}
