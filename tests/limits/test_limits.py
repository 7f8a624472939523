"""Counts in the database: one sum for all processes; a guess counts in all limits or in none."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from supporters import clock
from supporters.database import db, transaction
from supporters.limits.count_store import (
    RETAINED_AFTER_END,
    RequestLimit,
    SharedCounts,
    add_counts,
    current_counts,
    purge_counts,
    read_total,
    take_once,
)
from supporters.limits.guess_limits import (
    GuessLimit,
    GuessRefused,
    TakenGuess,
    forget_guesses,
    give_back,
    purge_guesses,
    take_guess,
)
from supporters.limits.models import GuessCount, RequestCount
from supporters.limits.rules import GuessPolicy
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
NETWORK = RequestLimit("network", "192.0.2.0/24", 30)
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


def test_processes_share_one_count() -> None:
    now = clock.now()
    processes = [SharedCounts(add_counts) for _ in range(3)]
    accepted = sum(each.take([NETWORK], now) is None for _ in range(50) for each in processes)
    for each in processes:
        each.exchange(now)
    db.session.rollback()
    assert 30 <= accepted <= 39
    assert read_total(NETWORK, now) == accepted


@pytest.mark.parametrize("number", [1, 3, 700])
def test_any_number_of_counts_goes_in_one_exchange(number: int) -> None:
    now = clock.now()
    limits = [RequestLimit("network", str(each), 30) for each in range(number)]
    for _ in range(2):
        sums = add_counts({each.window_at(now): 2 for each in limits})
    assert sums == {each.window_at(now): 4 for each in limits}


def test_the_rows_name_nobody() -> None:
    add_counts({NETWORK.window_at(clock.now()): 1})
    db.session.rollback()
    row = db.session.scalars(select(RequestCount)).one()
    assert len(row.key_mac) == 16
    assert b"192.0.2" not in row.key_mac


def test_something_is_used_once() -> None:
    until = clock.now() + timedelta(minutes=20)
    assert [take_once("proof", "abc", until=until) for _ in range(3)] == [True, False, False]
    assert take_once("proof", "another", until=until)


def test_counts_of_past_windows_are_deleted() -> None:
    add_counts({NETWORK.window_at(clock.now()): 1})
    assert purge_counts(clock.now()) == 0
    assert purge_counts(clock.now() + RETAINED_AFTER_END + timedelta(minutes=2)) == 1


def test_a_database_out_of_reach_closes_no_page(app: Flask) -> None:
    RequestCount.__table__.drop(db.engine)  # type: ignore[attr-defined]
    assert add_counts({NETWORK.window_at(clock.now()): 1}) is None


def test_the_counts_are_exchanged_after_an_answer(app: Flask) -> None:
    @app.get("/counted")
    def counted() -> str:
        current_counts().take([NETWORK], clock.now())
        return "taken"

    with time_machine.travel(clock.now(), tick=False):
        with app.test_client() as client:
            client.get("/counted").close()
        assert db.session.scalar(select(func.sum(RequestCount.requests))) == 1


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
