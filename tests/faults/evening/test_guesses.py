"""Guesses of passwords through real web processes: together they compare what one would."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest

from supporters.limits.rules import GuessPolicy
from supporters.sign_in.sign_in_limits import ACCOUNT_FROM_SITE, SITE
from tests.factories.accounts import PASSWORD, make_organiser
from tests.faults.evening.guessers import (
    ADMITTED,
    BUSY,
    SIGN_IN,
    TOO_MANY,
    WRONG,
    Stranger,
    pages_served,
)
from tests.faults.form import size, some
from tests.faults.installation import Installation

PROCESSES, AT_ONCE = size(2, 3), 6
ACCOUNTS, GUESSES = size(8, 50), size(96, 1000)
HOME = "198.51.100.7"


def guess_all(port: int, site_number: int, emails: Sequence[str]) -> tuple[Counter[int], float]:
    """Guess once at each of these accounts, from one /48, several at a time.

    Return how often each status was answered, and the seconds that it took.
    """
    guesses = [
        (f"2001:db8:{site_number}:{number % 256:x}00::1", email)
        for number, email in enumerate(emails)
    ]

    def guess_some(first: int) -> list[int]:
        stranger = Stranger(port, SIGN_IN)
        assert stranger.open_page()
        return [
            stranger.send(address, email=email, password="a wrong password")
            for address, email in guesses[first::AT_ONCE]
        ]

    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = chain.from_iterable(pool.map(guess_some, range(AT_ONCE)))
        return Counter(statuses), time.monotonic() - began


def most_compared(policy: GuessPolicy, seconds: float) -> int:
    """Return how many attempts a policy lets through within some seconds."""
    compared, waited = policy.free, 0.0
    while (waited := waited + policy.wait_after(compared).total_seconds()) <= seconds:
        compared += 1
    return compared


def check_compared(
    answers: Counter[int], policy: GuessPolicy, seconds: float, *, guesses: int
) -> None:
    """Check that so many were compared as the policy allows, and all others refused."""
    assert policy.free <= answers[WRONG] <= most_compared(policy, seconds)
    assert answers[WRONG] + answers[TOO_MANY] + answers[BUSY] == guesses


@pytest.mark.parametrize("database", some("postgresql", long=["sqlite"]), indirect=True)
def test_guesses_from_one_48_are_limited_over_all_web_processes(site: Installation) -> None:
    emails = [make_organiser(f"{number}@parti.example").email for number in range(ACCOUNTS)]
    with pages_served(site.variables, site.folder / "web.log", processes=PROCESSES) as port:
        at_one = guess_all(port, 1, emails[:1] * GUESSES)
        at_many = guess_all(port, 2, [emails[n % ACCOUNTS] for n in range(GUESSES)])
        owner = Stranger(port, SIGN_IN)
        assert owner.open_page()
        assert owner.send(HOME, email=emails[0], password=PASSWORD) == ADMITTED
    check_compared(at_one[0], ACCOUNT_FROM_SITE, at_one[1], guesses=GUESSES)
    check_compared(at_many[0], SITE, at_many[1], guesses=GUESSES)
