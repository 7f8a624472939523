"""The due date of a case, the last day for an extension, and the urgency."""

from datetime import UTC, date, datetime, timedelta

import pytest

from supporters.cases.rules import (
    PARIS,
    Extension,
    Urgency,
    due_at,
    judge_extension,
    last_day,
    urgency_of,
)


def noon(year: int, month: int, day: int) -> datetime:
    """Return noon of a day in Paris."""
    return datetime(year, month, day, 12, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (noon(2027, 1, 31), date(2027, 3, 1)),  # 28 February is a Sunday
        (noon(2027, 3, 15), date(2027, 4, 15)),
        (noon(2028, 1, 31), date(2028, 2, 29)),
        (noon(2027, 2, 28), date(2027, 3, 30)),  # 28 March is a Sunday, 29 March Easter Monday
        (noon(2027, 6, 14), date(2027, 7, 15)),  # the national day
        (noon(2026, 11, 25), date(2026, 12, 28)),  # Christmas is a Friday
        (noon(2026, 12, 1), date(2027, 1, 4)),  # New Year's Day is a Friday
        (noon(2027, 4, 6), date(2027, 5, 7)),  # Ascension Day
        (noon(2027, 4, 17), date(2027, 5, 18)),  # Whit Monday
    ],
)
def test_last_day_is_that_of_the_next_month_or_the_next_workday(
    received: datetime, last: date
) -> None:
    assert last_day(due_at(received)) == last


def test_time_is_over_at_the_end_of_the_last_day_in_paris() -> None:
    assert due_at(noon(2027, 3, 15)) == datetime(2027, 4, 15, 22, tzinfo=UTC)


def test_day_of_receipt_is_that_of_paris() -> None:
    late_evening = datetime(2027, 3, 14, 23, 30, tzinfo=UTC)
    assert last_day(due_at(late_evening)) == date(2027, 4, 15)


def test_extended_by_two_months_makes_three() -> None:
    assert last_day(due_at(noon(2027, 1, 31), months=3)) == date(2027, 4, 30)


@pytest.mark.parametrize(
    ("days", "answer"),
    [
        (0, Extension.POSSIBLE),
        (30, Extension.POSSIBLE),
        (31, Extension.POSSIBLE),
        (32, Extension.TOO_LATE),
        (90, Extension.TOO_LATE),
    ],
)
def test_more_time_can_only_be_taken_within_the_first_month(days: int, answer: Extension) -> None:
    received = noon(2027, 3, 15)  # the month ends on 15 April, 31 days later
    judged = judge_extension(
        received, received + timedelta(days=days), extended_at=None, closed_at=None
    )
    assert judged is answer


def test_more_time_is_taken_once_and_not_after_the_end() -> None:
    received = noon(2027, 3, 15)
    again = judge_extension(received, received, extended_at=received, closed_at=None)
    closed = judge_extension(received, received, extended_at=None, closed_at=received)
    assert (again, closed) == (Extension.DONE, Extension.CLOSED)


@pytest.mark.parametrize(
    ("left", "urgency"),
    [
        (timedelta(days=10, seconds=1), Urgency.CALM),
        (timedelta(days=10), Urgency.SOON),
        (timedelta(seconds=1), Urgency.SOON),
        (timedelta(0), Urgency.OVERDUE),
        (-timedelta(days=3), Urgency.OVERDUE),
    ],
)
def test_ten_days_before_the_end_a_case_presses(left: timedelta, urgency: Urgency) -> None:
    due = noon(2027, 3, 15)
    assert urgency_of(due, due - left) is urgency
