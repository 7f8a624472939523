"""When a round is due or late, and what happens to inactive people."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.retention.rules import (
    InactivityStep,
    RoundTimes,
    is_late,
    is_round_due,
    judge_inactivity,
    next_round,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
YEARS = 1095


@pytest.mark.parametrize(
    ("times", "is_due"),
    [
        (RoundTimes(since=NOW), True),
        (RoundTimes(since=NOW - DAY, begun_at=NOW - 23 * HOUR, finished_at=NOW), False),
        (RoundTimes(since=NOW - DAY, begun_at=NOW - 24 * HOUR, finished_at=NOW), True),
        (RoundTimes(since=NOW, begun_at=NOW - HOUR, is_running=True), False),
        (RoundTimes(since=NOW, begun_at=NOW - 2 * HOUR, is_running=True), True),
        (RoundTimes(since=NOW - DAY, begun_at=NOW + HOUR, finished_at=NOW + HOUR), False),
    ],
)
def test_round_is_due_once_a_day_and_again_after_a_crash(times: RoundTimes, is_due: bool) -> None:
    assert is_round_due(times, NOW) is is_due
    assert (next_round(times) <= NOW) is is_due


def test_round_is_due_after_one_under_a_clock_that_was_ahead() -> None:
    ahead = NOW + 365 * DAY
    assert is_round_due(RoundTimes(since=NOW - DAY, begun_at=ahead, finished_at=ahead), NOW)


@pytest.mark.parametrize(
    ("since", "finished", "expected"),
    [
        (47 * HOUR, None, False),
        (49 * HOUR, None, True),
        (900 * HOUR, 48 * HOUR, False),
        (900 * HOUR, 48 * HOUR + timedelta(seconds=1), True),
    ],
)
def test_two_days_without_a_round_that_ended_are_late(
    since: timedelta, finished: timedelta | None, expected: bool
) -> None:
    ended = None if finished is None else NOW - finished
    assert is_late(RoundTimes(since=NOW - since, finished_at=ended), NOW) is expected


@pytest.mark.parametrize(
    ("acted", "asked", "decision"),
    [
        (YEARS - 36, None, InactivityStep.WAIT),
        (YEARS - 35, None, InactivityStep.ASK),  # early enough for an email 30 days before the end
        (YEARS - 5, 30, InactivityStep.WAIT),
        (YEARS - 29, 1, InactivityStep.WAIT),
        (YEARS - 1, 29, InactivityStep.WAIT),
        (YEARS, 30, InactivityStep.ERASE),
        (YEARS + 400, None, InactivityStep.ASK),  # a person who was never asked is not erased
        (YEARS + 400, 29, InactivityStep.WAIT),
        (YEARS + 400, 30, InactivityStep.ERASE),
        (YEARS + 400, 60, InactivityStep.ASK),  # too long ago to count
        (1, 40, InactivityStep.WAIT),  # answered
        (50, 59, InactivityStep.WAIT),
    ],
)
def test_inactive_person_is_asked_once_and_then_erased(
    acted: int, asked: int | None, decision: InactivityStep
) -> None:
    asked_at = None if asked is None else NOW - asked * DAY
    assert judge_inactivity(NOW - acted * DAY, asked_at, days=YEARS, now=NOW) is decision


@pytest.mark.parametrize(
    ("acted", "unreachable", "decision"),
    [
        (YEARS - 36, 400, InactivityStep.WAIT),
        (YEARS - 35, 400, InactivityStep.WAIT),  # nobody would read the question
        (YEARS - 1, 400, InactivityStep.WAIT),
        (YEARS, 29, InactivityStep.WAIT),
        (YEARS, 30, InactivityStep.ERASE),
        (YEARS + 400, 29, InactivityStep.WAIT),
        (YEARS + 400, 400, InactivityStep.ERASE),
    ],
)
def test_unreachable_person_is_never_asked_and_has_thirty_days_all_the_same(
    acted: int, unreachable: int, decision: InactivityStep
) -> None:
    since = NOW - unreachable * DAY
    step = judge_inactivity(
        NOW - acted * DAY, NOW - 35 * DAY, days=YEARS, now=NOW, unreachable_since=since
    )
    assert step is decision


def test_question_before_the_last_act_is_answered_by_it() -> None:
    acted, asked = NOW - 50 * DAY, NOW - 55 * DAY
    assert judge_inactivity(acted, asked, days=50, now=NOW) is InactivityStep.ASK
