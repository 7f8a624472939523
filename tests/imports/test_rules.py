"""The pace of invitations, the limit of rejections, and the refused origins."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from supporters.imports.models import CollectionMethod
from supporters.imports.rules import (
    DAY,
    MOST_A_DAY,
    MOST_AT_ONCE,
    RefusedOrigin,
    busiest_day,
    count_due,
    daily_limit,
    day_of,
    days_to_invite,
    is_period,
    is_rejected_too_often,
)

BEGAN = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_the_warm_up_starts_small_doubles_daily_and_is_capped() -> None:
    assert [daily_limit(day) for day in range(9)] == [
        *(500, 1000, 2000, 4000, 8000, 16_000, 32_000),
        *(50_000, 50_000),
    ]
    assert daily_limit(10_000) == MOST_A_DAY


@pytest.mark.parametrize(
    ("people", "days"), [(0, 0), (1, 1), (500, 1), (501, 2), (1500, 2), (63_500, 7), (10**6, 26)]
)
def test_the_number_of_days_is_computed(people: int, days: int) -> None:
    assert days_to_invite(people) == days


@pytest.mark.parametrize(
    ("people", "most"), [(0, 0), (1, 1), (700, 500), (1500, 1000), (10**6, MOST_A_DAY)]
)
def test_the_busiest_day_is_computed(people: int, most: int) -> None:
    assert busiest_day(people) == most


@pytest.mark.parametrize(
    ("elapsed", "asked", "due"),
    [
        (timedelta(0), 0, 1),
        (timedelta(0), 1, 0),
        (timedelta(hours=12), 1, 250),
        (timedelta(hours=12), 400, 0),
        (timedelta(hours=23, minutes=59), 0, 500),
        (timedelta(days=1), 0, 1),
        (timedelta(days=3, hours=18), 0, MOST_AT_ONCE),
        (timedelta(days=-1), 0, 1),
    ],
)
def test_the_emails_of_a_day_are_spread_evenly(elapsed: timedelta, asked: int, due: int) -> None:
    assert count_due(BEGAN, asked, BEGAN + elapsed) == due


@given(st.lists(st.integers(min_value=1, max_value=700), max_size=200))
def test_no_day_exceeds_its_limit(minutes: list[int]) -> None:
    now, day, asked = BEGAN, 0, 0
    for pause in minutes:
        now += timedelta(minutes=pause)
        day, asked = (day, asked) if day_of(BEGAN, now) == day else (day_of(BEGAN, now), 0)
        asked += count_due(BEGAN, asked, now)
        assert asked <= daily_limit(day) + 1


@pytest.mark.parametrize(
    ("tried", "refused", "stops"),
    [
        (0, 0, False),
        (99, 99, False),
        (100, 9, False),
        (100, 10, True),
        (1000, 49, False),
        (1000, 50, True),
    ],
)
def test_an_import_is_held_at_one_rejection_in_twenty(
    tried: int, refused: int, stops: bool
) -> None:
    assert is_rejected_too_often(tried, refused) is stops


def test_no_origin_is_both_allowed_and_refused() -> None:
    assert {way.value for way in CollectionMethod}.isdisjoint(way.value for way in RefusedOrigin)


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [(2015, 2015, True), (1990, 2026, True), (1989, 2000, False), (2016, 2015, False)],
)
def test_years_are_in_order_and_in_the_past(first: int, last: int, fits: bool) -> None:
    assert is_period(first, last, 2026) is fits
    assert not is_period(first, 2027, 2026)


def test_a_day_of_the_warm_up_has_twenty_four_hours() -> None:
    assert [day_of(BEGAN, BEGAN + hours * DAY / 24) for hours in (0, 23.9, 24, 48)] == [0, 0, 1, 2]
