"""The sending window opens and closes by the clock of its zone, in both changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from supporters.sending_times.rules import (
    LocalMinute,
    Window,
    WindowFault,
    find_window_fault,
    may_send,
    next_closing,
    next_opening,
)

PARIS, REUNION = ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Reunion")
ALL_DAYS = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
DAYTIME = Window(days=ALL_DAYS, opens=8 * 60, closes=21 * 60)
OFFICE = Window(days=WEEKDAYS, opens=8 * 60, closes=21 * 60)
NIGHT = Window(days=frozenset({4}), opens=22 * 60, closes=6 * 60)
WHOLE_DAYS = Window(days=WEEKDAYS, opens=0, closes=0)


def at(text: str, zone: ZoneInfo = PARIS, fold: int = 0) -> datetime:
    """Return the moment that is written as the clock of a zone shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def test_a_window_that_never_opens_has_its_fault() -> None:
    faults = [
        find_window_fault(Window(days=days, opens=opens, closes=closes))
        for days, opens, closes in (
            (frozenset(), 480, 1260),
            (ALL_DAYS, 480, 480),
            (ALL_DAYS, 0, 0),
            (ALL_DAYS, 480, 1260),
            (ALL_DAYS, 1320, 360),
        )
    ]
    assert faults == [WindowFault.NO_DAY, WindowFault.NO_TIME, None, None, None]


def test_when_a_window_is_open_and_when_it_opens_next() -> None:
    faults = []
    for window, now, opening in (
        (None, "2026-11-30 03:00", "2026-11-30 03:00"),
        (DAYTIME, "2026-11-30 07:59", "2026-11-30 08:00"),
        (DAYTIME, "2026-11-30 08:00", "2026-11-30 08:00"),
        (DAYTIME, "2026-11-30 20:59", "2026-11-30 20:59"),
        (DAYTIME, "2026-11-30 21:00", "2026-12-01 08:00"),
        (OFFICE, "2026-12-04 21:00", "2026-12-07 08:00"),  # Friday evening, Monday morning
        (OFFICE, "2026-12-05 12:00", "2026-12-07 08:00"),
        (NIGHT, "2026-12-04 21:59", "2026-12-04 22:00"),
        (NIGHT, "2026-12-05 05:59", "2026-12-05 05:59"),
        (NIGHT, "2026-12-05 06:00", "2026-12-11 22:00"),
        (WHOLE_DAYS, "2026-12-04 23:59", "2026-12-04 23:59"),
        (WHOLE_DAYS, "2026-12-05 00:00", "2026-12-07 00:00"),
    ):
        found = next_opening(at(now), window, PARIS)
        if found != at(opening) or may_send(at(now), window, PARIS) != (now == opening):
            faults.append((window, now, found))
    assert not faults


def test_days_that_touch_are_one_opening() -> None:
    for window, now, closing in (
        (None, "2026-11-30 12:00", None),
        (DAYTIME, "2026-11-30 12:00", "2026-11-30 21:00"),
        (DAYTIME, "2026-11-30 22:00", None),
        (NIGHT, "2026-12-04 23:00", "2026-12-05 06:00"),
        (WHOLE_DAYS, "2026-11-30 12:00", "2026-12-05 00:00"),
        (Window(days=ALL_DAYS, opens=0, closes=0), "2026-11-30 12:00", None),
    ):
        assert next_closing(at(now), window, PARIS) == (closing and at(closing)), (window, now)


def test_a_window_goes_by_the_clock_of_its_zone() -> None:
    evening = at("2026-12-01 19:00")  # 22:00 in Réunion
    assert may_send(evening, DAYTIME, PARIS)
    assert not may_send(evening, DAYTIME, REUNION)
    assert next_opening(evening, DAYTIME, REUNION) == at("2026-12-02 08:00", REUNION)


def test_morning_comes_at_its_hour_after_both_changes_of_the_clock() -> None:
    for evening, morning, hours in (
        ("2027-03-27 21:00", "2027-03-28 08:00", 10),
        ("2026-10-24 21:00", "2026-10-25 08:00", 12),
    ):
        found = next_opening(at(evening), DAYTIME, PARIS)
        assert found == at(morning)
        assert found - at(evening) == timedelta(hours=hours)


def test_an_hour_left_out_begins_with_the_change_and_one_that_comes_twice_at_first() -> None:
    left_out = LocalMinute(date(2027, 3, 28), 2 * 60 + 30).in_zone(PARIS)
    assert left_out == at("2027-03-28 03:00")
    twice = LocalMinute(date(2026, 10, 25), 2 * 60 + 30).in_zone(PARIS)
    assert twice == at("2026-10-25 02:30", fold=0) != at("2026-10-25 02:30", fold=1)


def test_a_window_within_the_hour_that_is_left_out_opens_a_week_later() -> None:
    sundays = Window(days=frozenset({6}), opens=2 * 60, closes=3 * 60)
    assert next_opening(at("2027-03-28 01:00"), sundays, PARIS) == at("2027-04-04 02:00")


def test_a_window_that_ends_in_the_repeated_hour_ends_once() -> None:
    nights = Window(days=ALL_DAYS, opens=20 * 60, closes=2 * 60 + 30)
    for moment, is_open in (
        (at("2026-10-25 02:29", fold=0), True),
        (at("2026-10-25 02:31", fold=0), False),
        (at("2026-10-25 02:10", fold=1), False),
    ):
        assert may_send(moment, nights, PARIS) is is_open, moment


def test_every_minute_of_a_year_is_open_or_has_a_next_opening_that_is() -> None:
    faults = []
    for window in (DAYTIME, OFFICE, NIGHT, WHOLE_DAYS):
        for hours in range(0, 366 * 24, 5):
            now = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=hours)
            opening = next_opening(now, window, PARIS)
            if opening < now or not may_send(opening, window, PARIS):
                faults.append((window, now, opening))
    assert not faults
