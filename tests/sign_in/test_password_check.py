"""Guesses of passwords are limited by account and network, and nobody locks an owner out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from supporters.accounts.models import Organiser
from supporters.database import transaction
from supporters.limits.guess_limits import GuessRefused
from supporters.networks import network_of
from supporters.sign_in.known_devices import remember_device
from supporters.sign_in.password_check import PasswordError, check_own_password, check_sign_in
from supporters.sign_in.password_resets import reset_password
from supporters.team.accounts import disable_organiser
from tests.factories.accounts import PASSWORD, make_organiser, make_owner
from tests.factories.networks import ABROAD, HOME, OFFICE, visiting_from
from tests.factories.resets import request_reset_token
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
