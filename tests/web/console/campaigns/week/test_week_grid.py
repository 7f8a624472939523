"""The grid of a week has the hours that its clock shows, and says in which nothing leaves."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from supporters.sending_times.rules import Window
from supporters.web.console.campaigns.week.week_grid import (
    AN_HOUR,
    GridDay,
    QuarterState,
    Span,
    find_monday,
    find_obstacles,
    make_days,
    span_of_week,
)

PARIS, REUNION = ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Reunion")
SPRING, AUTUMN, WINTER = date(2027, 3, 22), date(2026, 10, 19), date(2026, 11, 30)
OPEN, SHUT, SILENT = QuarterState.OPEN, QuarterState.SHUT, QuarterState.SILENT
DAYTIME = Window(days=frozenset(range(6)), opens=8 * 60 + 30, closes=21 * 60)


def days_of(
    monday: date,
    window: Window | None = None,
    *silences: Span,
    zone: ZoneInfo = PARIS,
) -> list[GridDay]:
    """Return the days of a week in Paris, or elsewhere."""
    obstacles = find_obstacles(monday, zone, window=window, silences=silences)
    return make_days(monday, zone, obstacles)


def states(day: GridDay, hour: int) -> list[QuarterState]:
    """Return the states of the quarters of a row."""
    return [state for each in day.rows[hour] for state in each.quarters]


def test_a_week_begins_on_monday() -> None:
    days = [date(2026, 11, 30), date(2026, 12, 2), date(2026, 12, 6), date(2026, 12, 7)]
    assert [find_monday(each).day for each in days] == [30, 30, 30, 7]


def test_each_hour_of_a_week_is_in_one_row_whatever_the_clock_does() -> None:
    lengths = {SPRING: 167, AUTUMN: 169, WINTER: 168}
    for monday, hours in lengths.items():
        days = days_of(monday)
        begins = [each.span.begins_at for day in days for row in day.rows for each in row]
        week = span_of_week(monday, PARIS)
        assert begins == [week.begins_at + number * AN_HOUR for number in range(hours)], monday
        assert begins[-1] + AN_HOUR == week.ends_at
        assert {len(day.rows) for day in days} == {24}


def test_the_sunday_in_spring_has_no_two_o_clock_and_the_one_in_autumn_has_two() -> None:
    spring, autumn = days_of(SPRING)[6], days_of(AUTUMN)[6]
    assert [len(spring.rows[hour]) for hour in (1, 2, 3)] == [1, 0, 1]
    assert [len(autumn.rows[hour]) for hour in (1, 2, 3)] == [1, 2, 1]
    first, second = autumn.rows[2]
    assert (first.is_twice, second.is_twice, autumn.rows[3][0].is_twice) == (True, True, False)
    assert second.span.begins_at - first.span.begins_at == timedelta(hours=1)
    lasting = [day.span.ends_at - day.span.begins_at for day in (spring, autumn)]
    assert lasting == [timedelta(hours=23), timedelta(hours=25)]


def test_another_clock_has_its_own_days() -> None:
    monday = days_of(WINTER, zone=REUNION)[0]
    assert monday.span.begins_at == datetime(2026, 11, 29, 20, tzinfo=UTC)


def test_the_quarters_outside_of_the_window_are_shut() -> None:
    days = days_of(WINTER, DAYTIME)
    monday, sunday = days[0], days[6]
    assert states(monday, 7) == [SHUT] * 4
    assert states(monday, 8) == [SHUT, SHUT, OPEN, OPEN]
    assert monday.rows[8][0].state is None
    assert monday.rows[20][0].state is OPEN
    assert states(monday, 21) == [SHUT] * 4
    assert {state for hour in range(24) for state in states(sunday, hour)} == {SHUT}
    assert (len(monday.openings or []), sunday.openings) == (1, [])


def test_a_window_over_midnight_opens_both_days() -> None:
    friday_night = Window(days=frozenset({4}), opens=22 * 60, closes=6 * 60)
    days = days_of(WINTER, friday_night)
    lasting = [
        [(each.ends_at - each.begins_at) // AN_HOUR for each in day.openings or []] for day in days
    ]
    assert lasting == [[], [], [], [], [2], [6], []]


def test_an_opening_of_the_week_before_reaches_into_its_monday() -> None:
    sunday_night = Window(days=frozenset({6}), opens=22 * 60, closes=6 * 60)
    assert states(days_of(WINTER, sunday_night)[0], 5) == [OPEN] * 4


def test_without_a_window_all_is_open_and_silence_is_seen_before_the_window() -> None:
    saturday = datetime(2026, 12, 5, 0, tzinfo=PARIS)
    silence = Span(saturday, saturday + timedelta(hours=44))
    assert days_of(WINTER)[0].openings is None
    assert {state for hour in range(24) for state in states(days_of(WINTER)[6], hour)} == {OPEN}
    for window in (None, DAYTIME):
        days = days_of(WINTER, window, silence)
        assert states(days[5], 3) == [SILENT] * 4
        assert states(days[6], 19) == [SILENT] * 4
        assert SILENT not in states(days[6], 20) + states(days[4], 23)
