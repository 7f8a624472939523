"""A session is a row: neither the database nor the keys nor both of them make one."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.database import db
from supporters.mail.models import EmailKind
from supporters.sign_in.session_models import SignInSession
from supporters.sign_in.sign_in_sessions import (
    SignInDevice,
    begin_session,
    end_session,
    find_session,
    list_sessions,
    purge_sessions,
)
from supporters.team.accounts import disable_organiser
from tests.factories.accounts import make_organiser, make_owner, sign_in
from tests.factories.signups import values_in
from tests.web.console.pages import emails, is_signed_in

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

DEVICE = SignInDevice("192.0.2.0/24", "Firefox, Linux", ["password"])
ELSEWHERE = SignInDevice("203.0.113.0/24", "Firefox, Linux", ["password"])
MINUTE = timedelta(minutes=1)


def cookie_of(app: Flask, content: dict[str, object]) -> str:
    """Return a cookie as somebody with the secret keys makes it."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return str(signer.dumps(content))


def test_somebody_with_the_database_and_the_keys_has_no_session(app: Flask) -> None:
    organiser = make_owner()
    sign_in(app, organiser)
    row = db.session.scalars(db.select(SignInSession)).one()
    account = db.session.get_one(Organiser, organiser.id)
    stored = [row.secret_hash.hex(), str(row.id), account.fs_uniquifier, str(organiser.id)]
    for secret in stored:
        thief = app.test_client()
        content = {"_user_id": secret, "_fresh": True, "fs_paa": clock.now().timestamp()}
        thief.set_cookie("session", cookie_of(app, content))
        assert not is_signed_in(thief)


def test_somebody_with_the_keys_does_not_skip_the_password(app: Flask) -> None:
    browser = sign_in(app, make_owner())
    with browser.session_transaction() as held:
        secret = held["_user_id"]
    row = db.session.scalars(db.select(SignInSession)).one()
    row.confirmed_at = clock.now() - timedelta(hours=1)
    db.session.commit()
    thief = app.test_client()
    later = (clock.now() + timedelta(days=1)).timestamp()
    content = {"_user_id": secret, "_fresh": True, "fs_paa": later, "fs_gexp": later}
    thief.set_cookie("session", cookie_of(app, content))
    assert thief.get("/console/password").status_code == 200
    db.session.expire_all()
    assert row.confirmed_at < clock.now() - 59 * MINUTE


def test_the_cookie_ends_with_the_browser(app: Flask, client: FlaskClient) -> None:
    browser = sign_in(app, make_organiser())
    cookie = browser.get_cookie("session")
    assert cookie is not None
    assert (cookie.expires, cookie.max_age) == (None, None)


def test_a_session_is_found_by_its_secret_only(organiser: Organiser) -> None:
    now = clock.now()
    secret = begin_session(organiser, DEVICE, now)
    found = find_session(secret, now)
    assert found is not None
    assert (found.organiser_id, found.browser) == (organiser.id, "Firefox, Linux")
    assert find_session(secret[:-1], now) is None


def test_sessions_that_are_over_are_deleted(organiser: Organiser) -> None:
    now = clock.now()
    begin_session(organiser, DEVICE, now - 61 * MINUTE)
    begin_session(organiser, DEVICE, now)
    assert len(list_sessions(organiser.id, now)) == 1
    assert (purge_sessions(now), purge_sessions(now)) == (1, 0)


@pytest.mark.both_databases
def test_nobody_ends_the_session_of_another_account(organiser: Organiser) -> None:
    begin_session(organiser, DEVICE, clock.now())
    (session,) = list_sessions(organiser.id, clock.now())
    assert end_session(session.id, make_owner().id) is False
    assert end_session(session.id, organiser.id) is True
    assert end_session(session.id, organiser.id) is False


@pytest.mark.both_databases
def test_disabling_an_account_deletes_its_sessions(organiser: Organiser) -> None:
    make_owner()
    begin_session(organiser, DEVICE, clock.now())
    disable_organiser(organiser.id)
    assert list_sessions(organiser.id, clock.now()) == []


def test_a_new_device_is_told_but_not_the_first_one(organiser: Organiser) -> None:
    for device in (DEVICE, DEVICE, ELSEWHERE, ELSEWHERE, DEVICE):
        begin_session(organiser, device, clock.now())
    (notice,) = emails(EmailKind.SECURITY_NOTICE)
    assert values_in(notice)["notice"] == "new_device"
    assert values_in(notice)["browser"] == "Firefox, Linux"
