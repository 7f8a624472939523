"""An hour is what the clock of a list shows: once, never, or twice."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from supporters.campaigns.planned_hours import (
    LONGEST_AHEAD,
    HourFault,
    TypedHour,
    Which,
    find_hour_fault,
    find_moment,
    is_too_late,
    list_moments,
)

PARIS, REUNION, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Paris", "Indian/Reunion", "Australia/Lord_Howe")
)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def shown(*parts: int) -> datetime:
    """Return what a clock shows."""
    return datetime(2026, *parts)  # noqa: DTZ001 - a clock on a wall has no zone


def moment(*parts: int) -> datetime:
    return datetime(2026, *parts, tzinfo=UTC)


def test_a_clock_shows_an_hour_once_never_or_twice() -> None:
    expected = {
        (PARIS, (6, 1, 9, 0)): [moment(6, 1, 7)],
        (PARIS, (12, 1, 9, 0)): [moment(12, 1, 8)],
        (REUNION, (6, 1, 9, 0)): [moment(6, 1, 5)],
        (REUNION, (3, 29, 2, 30)): [moment(3, 28, 22, 30)],
        (PARIS, (3, 29, 1, 59)): [moment(3, 29, 0, 59)],
        (PARIS, (3, 29, 2, 0)): [],
        (PARIS, (3, 29, 2, 59)): [],
        (PARIS, (3, 29, 3, 0)): [moment(3, 29, 1)],
        (PARIS, (10, 25, 1, 59)): [moment(10, 24, 23, 59)],
        (PARIS, (10, 25, 2, 0)): [moment(10, 25, 0), moment(10, 25, 1)],
        (PARIS, (10, 25, 2, 59)): [moment(10, 25, 0, 59), moment(10, 25, 1, 59)],
        (PARIS, (10, 25, 3, 0)): [moment(10, 25, 2)],
        (LORD_HOWE, (4, 5, 1, 45)): [moment(4, 4, 14, 45), moment(4, 4, 15, 15)],
    }
    found = {(zone, at): list_moments(shown(*at), zone) for zone, at in expected}
    assert found == expected


def test_an_hour_that_comes_twice_needs_a_choice() -> None:
    hour = shown(10, 25, 2, 30)
    assert find_moment(TypedHour(hour), PARIS, NOW) is HourFault.TWICE
    assert find_moment(TypedHour(hour, Which.FIRST), PARIS, NOW) == moment(10, 25, 0, 30)
    assert find_moment(TypedHour(hour, Which.SECOND), PARIS, NOW) == moment(10, 25, 1, 30)
    assert find_moment(TypedHour(shown(6, 1, 9), Which.SECOND), PARIS, NOW) == moment(6, 1, 7)


def test_an_hour_in_the_past_or_too_far_or_skipped_is_refused() -> None:
    faults = {
        (2, 28, 23, 0): HourFault.PAST,
        (3, 1, 1, 0): HourFault.PAST,  # now
        (3, 1, 1, 1): moment(3, 1, 0, 1),
        (3, 29, 2, 30): HourFault.SKIPPED,
    }
    assert {at: find_moment(TypedHour(shown(*at)), PARIS, NOW) for at in faults} == faults
    assert find_hour_fault(NOW + LONGEST_AHEAD, NOW) is None
    beyond = NOW + LONGEST_AHEAD + timedelta(minutes=1)
    assert find_hour_fault(beyond, NOW) is HourFault.TOO_FAR


def test_the_first_and_the_last_year_of_all_are_refused_on_every_clock() -> None:
    first = shown(1, 1, 0, 0).replace(year=MINYEAR)
    last = shown(12, 31, 23, 59).replace(year=MAXYEAR)
    for zone in (PARIS, REUNION, ZoneInfo("America/Martinique")):
        assert find_moment(TypedHour(first), zone, NOW) is HourFault.PAST
        assert find_moment(TypedHour(last), zone, NOW) is HourFault.TOO_FAR


def test_a_campaign_may_leave_until_the_limit_is_over() -> None:
    two_hours = timedelta(hours=2)
    assert not is_too_late(NOW, NOW + two_hours, limit=two_hours)
    assert is_too_late(NOW, NOW + two_hours + timedelta(seconds=1), limit=two_hours)
