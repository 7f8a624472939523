"""Guessing codes: by network on the pages, and over all networks by the share of wrong ones."""

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.actors import Actor, ActorKind, acting_as
from supporters.config import Settings
from supporters.database import db
from supporters.limits.count_store import add_counts, current_counts
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.signup.code_limits import (
    RIGHT,
    WRONG,
    WRONG_A_MINUTE,
    count_code,
    find_code_limit,
    tell_of_guessing,
)
from supporters.signup.confirmation import ConfirmError
from supporters.signup.models import SignupRequest
from tests.factories.accounts import make_owner
from tests.factories.lists import make_list
from tests.factories.signups import email_of_request, values_in
from tests.web.public.pages import hidden_values, join

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("one_minute")]

CHECK = "/fr/join/national/check"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with limits."""
    return dataclasses.replace(settings, signup_rate=1_000)


def sign_up(client: FlaskClient, address: str) -> str:
    """Sign up in this browser; return the right code."""
    join(client, address)
    db.session.rollback()
    newest = db.session.query(SignupRequest).order_by(SignupRequest.id.desc()).first()
    assert newest is not None
    return str(values_in(email_of_request(newest.public_id))["code"])


def type_code(client: FlaskClient, code: str, network: str = "192.0.2.1") -> str:
    """Type a code; return the page that answers."""
    fields = {**hidden_values(client.get(CHECK).text), "code": code}
    return client.post(CHECK, data=fields, environ_base={"REMOTE_ADDR": network}).text


def test_a_network_with_many_wrong_codes_is_sent_to_the_button(
    app: Flask, client: FlaskClient
) -> None:
    make_list()
    code = sign_up(client, "camille@example.org")
    for _ in range(WRONG_A_MINUTE):
        type_code(client, "000000" if code != "000000" else "111111")
    strangers, own = app.test_client(), app.test_client()
    code = sign_up(strangers, "claude@example.org")
    page = type_code(strangers, code)
    assert "Trop de codes erronés sont venus de votre réseau" in page
    code = sign_up(own, "anne@example.org")
    assert "votre inscription est confirmée" in type_code(own, code, "198.51.100.1")


def test_right_codes_use_up_nothing(app: Flask, client: FlaskClient) -> None:
    make_list()
    for number in range(WRONG_A_MINUTE + 1):
        browser = app.test_client()
        page = type_code(browser, sign_up(browser, f"a{number}@example.org"))
    assert "Trop de codes" not in page


def guess(wrong: int, right: int) -> None:
    """Count codes as if other processes had seen them."""
    now = clock.now()
    add_counts({WRONG.window_at(now): wrong, RIGHT.window_at(now): right})
    current_counts().total(WRONG, now)
    current_counts().total(RIGHT, now)
    current_counts().exchange(now)


def test_no_code_is_compared_while_most_are_wrong(client: FlaskClient) -> None:
    make_list()
    code = sign_up(client, "camille@example.org")
    guess(wrong=150, right=10)
    page = type_code(client, code)
    assert "Les codes ne sont pas acceptés pour le moment" in page


@pytest.mark.both_databases
def test_codes_work_while_most_are_right(client: FlaskClient) -> None:
    make_list()
    code = sign_up(client, "camille@example.org")
    guess(wrong=150, right=1_500)
    assert "Les codes ne sont pas" not in type_code(client, code)


def test_owners_are_told_once_a_day(app: Flask) -> None:
    make_owner()
    guess(wrong=150, right=10)
    db.session.rollback()
    assert [tell_of_guessing(clock.now()) for _ in range(2)] == [True, True]
    kinds = [each.kind for each in db.session.query(OutboxEmail)]
    assert kinds == [EmailKind.SECURITY_NOTICE]


@pytest.mark.both_databases
def test_nobody_is_told_of_a_few_wrong_codes(app: Flask) -> None:
    make_owner()
    guess(wrong=20, right=0)
    assert not tell_of_guessing(clock.now())
    assert db.session.query(OutboxEmail).count() == 0


@pytest.mark.both_databases
def test_wrong_codes_of_one_site_do_not_stop_the_codes_of_others(app: Flask) -> None:
    """40 networks of one IPv6 /48, each below its own limit, are one customer of a provider."""
    make_list()
    stranger, citizen = app.test_client(), app.test_client()
    wrong = "000000" if sign_up(stranger, "claude@example.org") != "000000" else "111111"
    for network in range(40):
        for _ in range(3):
            type_code(stranger, wrong, f"2001:db8:7:{network:x}00::1")
    code = sign_up(citizen, "camille@example.org")
    assert "votre inscription est confirmée" in type_code(citizen, code, "198.51.100.1")
    own = app.test_client()
    page = type_code(own, sign_up(own, "anne@example.org"), "2001:db8:7:ff00::1")
    assert "Trop de codes erronés sont venus de votre réseau" in page


def test_wrong_codes_of_many_places_still_stop_all_codes(app: Flask) -> None:
    now = clock.now()
    for place in range(40):
        with acting_as(Actor(ActorKind.VISITOR, address=f"198.51.{place}.0/24")):
            for _ in range(3):
                count_code(is_right=False, now=now)
    with acting_as(Actor(ActorKind.VISITOR, address="203.0.113.0/24")):
        assert find_code_limit(now) is ConfirmError.CODES_STOPPED
