"""An attempt is counted in all its limits or in none, for all processes together."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from supporters.database import db, transaction
from supporters.limits.attempt_limits import (
    AttemptLimit,
    AttemptRefused,
    TakenAttempt,
    forget_attempts,
    give_back,
    purge_attempts,
    take_attempt,
)
from supporters.limits.models import AttemptCount
from supporters.limits.rules import AttemptPolicy
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
POLICY = AttemptPolicy(
    free=3,
    first_wait=timedelta(seconds=30),
    longest_wait=timedelta(hours=1),
    one_forgotten_in=timedelta(minutes=30),
)
ANNA, BORIS = AttemptLimit("account", "anna", POLICY), AttemptLimit("account", "boris", POLICY)
OFFICE = AttemptLimit("network", "192.0.2.0/24", POLICY)


def take(*limits: AttemptLimit, at: datetime = NOON) -> TakenAttempt | AttemptRefused:
    """Take an attempt, in a transaction of its own."""
    return take_attempt(limits, at)


def count_taken(*limits: AttemptLimit, tries: int) -> int:
    """Return how many of some tries at one moment are accepted."""
    return sum(isinstance(take(*limits), TakenAttempt) for _ in range(tries))


def test_so_many_attempts_are_free_and_the_next_one_waits() -> None:
    assert count_taken(ANNA, tries=10) == 3
    assert take(ANNA) == AttemptRefused(NOON + 30 * SECOND)


def test_after_the_wait_one_attempt_is_free_and_the_next_wait_is_longer() -> None:
    count_taken(ANNA, tries=3)
    assert isinstance(take(ANNA, at=NOON + 30 * SECOND), TakenAttempt)
    later = NOON + 31 * SECOND
    assert take(ANNA, at=later) == AttemptRefused(NOON + 90 * SECOND)


def test_the_limit_of_one_subject_is_not_that_of_another() -> None:
    count_taken(ANNA, tries=3)
    assert isinstance(take(BORIS), TakenAttempt)


def test_the_longest_wait_of_all_limits_counts() -> None:
    count_taken(ANNA, tries=3)
    assert take(ANNA, BORIS) == AttemptRefused(NOON + 30 * SECOND)


def test_a_refused_attempt_is_counted_in_no_limit() -> None:
    count_taken(ANNA, OFFICE, tries=3)
    assert isinstance(take(ANNA, BORIS), AttemptRefused)
    assert isinstance(take(BORIS), TakenAttempt)
    assert take(BORIS) == TakenAttempt(NOON, {BORIS: 2})


def test_an_attempt_that_is_given_back_was_never_made() -> None:
    for _ in range(10):
        taken = take(ANNA, OFFICE)
        assert isinstance(taken, TakenAttempt)
        give_back(taken)
    assert take(OFFICE) == TakenAttempt(NOON, {OFFICE: 1})


def test_a_right_attempt_forgets_the_wrong_ones_before_it() -> None:
    count_taken(ANNA, tries=2)
    taken = take(ANNA, OFFICE)
    assert isinstance(taken, TakenAttempt)
    give_back(taken, forget=[ANNA])
    assert count_taken(ANNA, tries=10) == 3


def test_giving_back_leaves_the_wait_of_somebody_else() -> None:
    mine = take(OFFICE)
    assert isinstance(mine, TakenAttempt)
    for seconds in (1, 2):
        take(OFFICE, at=NOON + seconds * SECOND)
    give_back(mine)
    assert isinstance(take(OFFICE, at=NOON + 3 * SECOND), AttemptRefused)


def test_attempts_are_forgotten_on_demand() -> None:
    count_taken(ANNA, tries=3)
    with transaction():
        forget_attempts(ANNA)
    assert isinstance(take(ANNA), TakenAttempt)


def test_parallel_attempts_do_not_pass_a_limit_together(app: Flask) -> None:
    taken = at_once(app, lambda: isinstance(take(ANNA, OFFICE), TakenAttempt), workers=8)
    assert sum(taken) == 3


def test_a_row_names_nobody_and_is_deleted_when_it_says_nothing_more() -> None:
    take(ANNA)
    row = db.session.scalars(db.select(AttemptCount)).one()
    assert b"anna" not in row.key_mac
    assert purge_attempts(NOON + timedelta(minutes=29)) == 0
    assert purge_attempts(NOON + timedelta(minutes=30)) == 1
