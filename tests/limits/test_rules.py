"""The wait grows with each attempt, and attempts are forgotten one by one."""

from datetime import timedelta

import pytest

from supporters.limits.rules import GuessPolicy

POLICY = GuessPolicy(
    free=5,
    first_wait=timedelta(seconds=30),
    longest_wait=timedelta(hours=1),
    one_forgotten_in=timedelta(minutes=30),
)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (10_000, 3600)],
)
def test_each_attempt_beyond_the_free_ones_doubles_the_wait(attempts: int, seconds: int) -> None:
    assert POLICY.wait_after(attempts) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("minutes", "left"), [(0, 6), (29, 6), (30, 5), (90, 3), (6000, 0)])
def test_one_attempt_is_forgotten_in_each_period(minutes: int, left: int) -> None:
    assert POLICY.guesses_left(6, timedelta(minutes=minutes)) == left


def test_a_clock_that_goes_back_adds_no_attempt() -> None:
    assert POLICY.guesses_left(6, -timedelta(hours=5)) == 6


def test_a_count_lives_until_all_is_forgotten_and_no_wait_is_left() -> None:
    assert POLICY.lifetime(1) == timedelta(minutes=30)
    assert POLICY.lifetime(12) == timedelta(hours=6)
