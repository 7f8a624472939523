"""Guesses of passwords are limited, summed into few events, and lock no owner out."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from supporters.accounts.models import Organiser
from supporters.audit_log.audit_events import AuditEvent, network_mac
from supporters.database import db, transaction
from supporters.limits.guess_limits import GuessRefused
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.networks import network_of
from supporters.sign_in.acts import SignInAct
from supporters.sign_in.password_changes import reset_password
from supporters.sign_in.password_check import (
    PasswordError,
    check_own_password,
    check_sign_in,
    sum_refusals,
)
from supporters.sign_in.session_models import RefusedSignIn
from supporters.sign_in.sign_in_sessions import remember_device
from supporters.team.accounts import disable_organiser
from tests.factories.accounts import PASSWORD, make_organiser, make_owner
from tests.factories.networks import ABROAD, HOME, OFFICE, visiting_from
from tests.factories.resets import request_reset_token
from tests.factories.signups import values_in
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
EMAIL, NOBODY = "org@parti.example", "nobody@parti.example"
SITE = "2001:db8:77:{:x}00::1"
WRONG = "a wrong password"
NEW = "un deux trois soleil"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """Let the clock stand still."""
    with time_machine.travel(NOON, tick=False):
        yield


def guess(address: str, email: str = EMAIL, password: str = WRONG) -> object:
    """Try a password from an IP address."""
    with visiting_from(address):
        return check_sign_in(email, password)


def count_compared(addresses: list[str], emails: list[str]) -> int:
    """Guess once from each address, at one account after the other; return how many compared."""
    guesses = [
        guess(address, emails[number % len(emails)]) for number, address in enumerate(addresses)
    ]
    return sum(each is PasswordError.WRONG for each in guesses)


def sign_in_once(organiser: Organiser, address: str) -> None:
    """Let a device of the account be known in a network."""
    with transaction():
        remember_device(organiser.id, network_of(address), "Firefox", now=NOON)


def guess_wrongly(times: int, address: str = ABROAD, email: str = EMAIL) -> None:
    """Type wrong passwords."""
    for _ in range(times):
        guess(address, email)


def refusals() -> list[tuple[int | None, dict[str, int]]]:
    """Return the account and the details of each event."""
    events = db.session.scalars(
        db.select(AuditEvent)
        .where(AuditEvent.act == SignInAct.SIGN_IN_REFUSED.value)
        .order_by(AuditEvent.id)
    )
    return [(event.object_id, json.loads(event.details)) for event in events]


def notices() -> list[tuple[str, str]]:
    """Return the recipient and the subject of each notice."""
    emails = db.session.scalars(
        db.select(OutboxEmail).where(OutboxEmail.kind == EmailKind.SECURITY_NOTICE)
    )
    return [(str(values_in(each)["account"]), str(values_in(each)["notice"])) for each in emails]


def test_the_right_password_is_accepted(organiser: Organiser) -> None:
    assert guess(HOME, password=PASSWORD) == organiser


@pytest.mark.parametrize("email", [EMAIL, NOBODY])
def test_guesses_from_one_network_wait_for_known_and_unknown_addresses(email: str) -> None:
    make_organiser(EMAIL)
    assert [guess(ABROAD, email) for _ in range(5)] == [PasswordError.WRONG] * 5
    assert guess(ABROAD, email) == GuessRefused(NOON + timedelta(seconds=30))


def test_even_the_right_password_waits(organiser: Organiser) -> None:
    count_compared([ABROAD] * 5, [EMAIL])
    assert isinstance(guess(ABROAD, password=PASSWORD), GuessRefused)


def test_another_address_of_the_same_network_is_the_same_guesser(organiser: Organiser) -> None:
    addresses = [f"203.0.113.{number}" for number in range(40)]
    assert count_compared(addresses, [EMAIL]) == 5


def test_guesses_from_one_48_compare_ten_passwords_of_an_account(organiser: Organiser) -> None:
    addresses = [SITE.format(number) for number in range(40)]
    assert count_compared(addresses, [EMAIL]) == 10
    assert guess(HOME, password=PASSWORD) == organiser


def test_guesses_from_one_48_at_fifty_accounts_compare_sixty(organiser: Organiser) -> None:
    addresses = [SITE.format(number) for number in range(80)]
    emails = [EMAIL, *(f"{number}@parti.example" for number in range(49))]
    assert count_compared(addresses, emails) == 60
    assert guess(HOME, password=PASSWORD) == organiser


@pytest.mark.both_databases
def test_guesses_from_everywhere_wait_at_most_a_quarter_of_an_hour(organiser: Organiser) -> None:
    moment = NOON
    for number in range(60):
        with time_machine.travel(moment, tick=False):
            tried = guess(f"198.{number}.7.1")
        if isinstance(tried, GuessRefused):
            assert tried.until - moment <= timedelta(minutes=15)
            moment = tried.until
    assert moment > NOON + timedelta(hours=2)


def test_strangers_do_not_lock_the_owner_out_where_they_signed_in_before(
    organiser: Organiser,
) -> None:
    sign_in_once(organiser, HOME)
    count_compared([f"198.{number}.7.1" for number in range(40)], [EMAIL])
    assert isinstance(guess(OFFICE, password=PASSWORD), GuessRefused)
    assert guess(HOME, password=PASSWORD) == organiser


@pytest.mark.both_databases
def test_a_password_chosen_by_email_is_accepted_at_once(organiser: Organiser) -> None:
    addresses = [OFFICE] * 60
    count_compared(addresses, [EMAIL, *(f"{number}@parti.example" for number in range(49))])
    token = request_reset_token(EMAIL)
    with visiting_from(OFFICE):
        reset_password(token, NEW, browser="Firefox")
    assert guess(OFFICE, password=NEW) == organiser


def test_right_passwords_use_up_nothing_of_the_office(organiser: Organiser) -> None:
    for _ in range(70):
        assert guess(OFFICE, password=PASSWORD) == organiser
    other = make_owner()
    assert guess(OFFICE, other.email, PASSWORD) == other


def test_a_right_password_forgets_the_typing_errors_before_it(organiser: Organiser) -> None:
    for _ in range(4):
        assert count_compared([HOME] * 4, [EMAIL]) == 4
        assert guess(HOME, password=PASSWORD) == organiser


def test_a_disabled_account_is_refused_like_a_wrong_password(organiser: Organiser) -> None:
    make_owner()
    disable_organiser(organiser.id)
    assert guess(HOME, password=PASSWORD) is PasswordError.WRONG


def test_the_password_of_a_stolen_session_is_guessed_as_slowly(organiser: Organiser) -> None:
    with visiting_from(HOME):
        tries = [check_own_password(organiser, "a wrong password") for _ in range(6)]
    assert tries[:5] == [PasswordError.WRONG] * 5
    assert isinstance(tries[5], GuessRefused)


@pytest.mark.both_databases
def test_parallel_guesses_are_counted_like_others(app: Flask) -> None:
    organiser = make_organiser(EMAIL)
    results = at_once(app, lambda: guess(ABROAD), workers=8)
    assert results.count(PasswordError.WRONG) == 5
    assert guess(HOME, password=PASSWORD) == organiser


def test_many_tries_of_one_network_are_one_event_after_ten_minutes(organiser: Organiser) -> None:
    guess_wrongly(12)
    assert sum_refusals(NOON + timedelta(minutes=9)) == 0
    assert sum_refusals(NOON + timedelta(minutes=10)) == 1
    assert refusals() == [(organiser.id, {"wrong": 5, "too_early": 7})]


def test_the_event_has_the_hash_of_the_network_and_the_row_is_gone(organiser: Organiser) -> None:
    guess_wrongly(1)
    sum_refusals(NOON + timedelta(minutes=10))
    event = db.session.scalars(
        db.select(AuditEvent).where(AuditEvent.act == SignInAct.SIGN_IN_REFUSED.value)
    ).one()
    assert event.network_mac == network_mac("203.0.113.0/24")
    assert db.session.scalars(db.select(RefusedSignIn)).all() == []


@pytest.mark.both_databases
def test_unknown_addresses_of_one_network_are_one_event(organiser: Organiser) -> None:
    for number in range(7):
        guess_wrongly(1, email=f"{number}@parti.example")
    guess_wrongly(1, HOME, "somebody@parti.example")
    assert sum_refusals(NOON + timedelta(minutes=10)) == 2
    assert {account for account, _ in refusals()} == {None}
    assert sorted(details["wrong"] for _, details in refusals()) == [1, 7]


def test_the_account_is_told_once_a_day(organiser: Organiser) -> None:
    for number in range(12):
        guess_wrongly(1, f"198.{number}.7.1")
    sum_refusals(NOON)
    sum_refusals(NOON)
    assert notices() == [(EMAIL, "guesses")]


def test_a_few_typing_errors_are_told_to_nobody(organiser: Organiser) -> None:
    make_owner()
    guess_wrongly(5)
    sum_refusals(NOON)
    assert notices() == []


def test_an_unknown_address_is_told_to_nobody(organiser: Organiser) -> None:
    for number in range(12):
        guess_wrongly(1, f"198.{number}.7.1", "nobody@parti.example")
    sum_refusals(NOON)
    assert notices() == []


def test_owners_are_told_once_a_day_of_a_hundred_tries() -> None:
    make_owner()
    guess_wrongly(100, email="nobody@parti.example")
    for minutes in (0, 1, 10):
        sum_refusals(NOON + timedelta(minutes=minutes))
    emails = db.session.scalars(
        db.select(OutboxEmail).where(OutboxEmail.kind == EmailKind.SECURITY_NOTICE)
    ).all()
    assert [values_in(each)["notice"] for each in emails] == ["many_guesses"]
