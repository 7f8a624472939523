"""A guess is counted in all its limits or in none, for all processes together."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from supporters.database import db, transaction
from supporters.limits.guess_limits import (
    GuessLimit,
    GuessRefused,
    TakenGuess,
    forget_guesses,
    give_back,
    purge_guesses,
    take_guess,
)
from supporters.limits.models import GuessCount
from supporters.limits.rules import GuessPolicy
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
POLICY = GuessPolicy(
    free=3,
    first_wait=timedelta(seconds=30),
    longest_wait=timedelta(hours=1),
    one_forgotten_in=timedelta(minutes=30),
)
ANNA, BORIS = GuessLimit("account", "anna", POLICY), GuessLimit("account", "boris", POLICY)
OFFICE = GuessLimit("network", "192.0.2.0/24", POLICY)


def take(*limits: GuessLimit, at: datetime = NOON) -> TakenGuess | GuessRefused:
    """Take a guess, in a transaction of its own."""
    return take_guess(limits, at)


def count_taken(*limits: GuessLimit, tries: int) -> int:
    """Return how many of some tries at one moment are accepted."""
    return sum(isinstance(take(*limits), TakenGuess) for _ in range(tries))


def test_so_many_attempts_are_free_and_the_next_one_waits() -> None:
    assert count_taken(ANNA, tries=10) == 3
    assert take(ANNA) == GuessRefused(NOON + 30 * SECOND)


def test_after_the_wait_one_attempt_is_free_and_the_next_wait_is_longer() -> None:
    count_taken(ANNA, tries=3)
    assert isinstance(take(ANNA, at=NOON + 30 * SECOND), TakenGuess)
    later = NOON + 31 * SECOND
    assert take(ANNA, at=later) == GuessRefused(NOON + 90 * SECOND)


def test_the_limit_of_one_subject_is_not_that_of_another() -> None:
    count_taken(ANNA, tries=3)
    assert isinstance(take(BORIS), TakenGuess)


def test_the_longest_wait_of_all_limits_counts() -> None:
    count_taken(ANNA, tries=3)
    assert take(ANNA, BORIS) == GuessRefused(NOON + 30 * SECOND)


def test_a_refused_attempt_is_counted_in_no_limit() -> None:
    count_taken(ANNA, OFFICE, tries=3)
    assert isinstance(take(ANNA, BORIS), GuessRefused)
    assert isinstance(take(BORIS), TakenGuess)
    assert take(BORIS) == TakenGuess(NOON, {BORIS: 2})


def test_an_attempt_that_is_given_back_was_never_made() -> None:
    for _ in range(10):
        taken = take(ANNA, OFFICE)
        assert isinstance(taken, TakenGuess)
        give_back(taken)
    assert take(OFFICE) == TakenGuess(NOON, {OFFICE: 1})


def test_a_right_attempt_forgets_the_wrong_ones_before_it() -> None:
    count_taken(ANNA, tries=2)
    taken = take(ANNA, OFFICE)
    assert isinstance(taken, TakenGuess)
    give_back(taken, forget=[ANNA])
    assert count_taken(ANNA, tries=10) == 3


def test_giving_back_leaves_the_wait_of_somebody_else() -> None:
    mine = take(OFFICE)
    assert isinstance(mine, TakenGuess)
    for seconds in (1, 2):
        take(OFFICE, at=NOON + seconds * SECOND)
    give_back(mine)
    assert isinstance(take(OFFICE, at=NOON + 3 * SECOND), GuessRefused)


def test_attempts_are_forgotten_on_demand() -> None:
    count_taken(ANNA, tries=3)
    with transaction():
        forget_guesses(ANNA)
    assert isinstance(take(ANNA), TakenGuess)


def test_parallel_attempts_do_not_pass_a_limit_together(app: Flask) -> None:
    taken = at_once(app, lambda: isinstance(take(ANNA, OFFICE), TakenGuess), workers=8)
    assert sum(taken) == 3


def test_a_row_names_nobody_and_is_deleted_when_it_says_nothing_more() -> None:
    take(ANNA)
    row = db.session.scalars(db.select(GuessCount)).one()
    assert b"anna" not in row.key_mac
    assert purge_guesses(NOON + timedelta(minutes=29)) == 0
    assert purge_guesses(NOON + timedelta(minutes=30)) == 1
