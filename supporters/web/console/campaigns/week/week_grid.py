"""The grid of a week: its days and hours on a clock, and when nothing may leave.

A day has 24 rows, each with the hours that the clock shows there: one, none where the clock jumps
over it in spring, two where it is put back in autumn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from supporters.campaigns.planned_hours import list_moments
from supporters.sending_times.rules import Window, list_openings

DAYS_OF_WEEK, HOURS_OF_DAY, QUARTERS = 7, 24, 4
A_DAY, AN_HOUR, A_QUARTER = timedelta(days=1), timedelta(hours=1), timedelta(minutes=15)


class QuarterState(StrEnum):
    """Whether campaigns leave in a quarter of an hour."""

    OPEN = "open"
    SHUT = "shut"
    SILENT = "silent"


@dataclass(frozen=True)
class Span:
    """A time from a moment to another one."""

    begins_at: datetime
    ends_at: datetime

    def has(self, moment: datetime) -> bool:
        """Tell whether a moment is in it."""
        return self.begins_at <= moment < self.ends_at

    def within(self, other: "Span") -> "Span | None":
        """Return the part that is in another one."""
        begins_at = max(self.begins_at, other.begins_at)
        ends_at = min(self.ends_at, other.ends_at)
        return Span(begins_at, ends_at) if begins_at < ends_at else None


@dataclass(frozen=True, kw_only=True)
class GridHour:
    """An hour of the grid, with the states of its quarters. `is_twice`: its row has two."""

    span: Span
    is_twice: bool
    quarters: tuple[QuarterState, ...]

    @property
    def state(self) -> QuarterState | None:
        """The state of all its quarters; None if they differ."""
        return self.quarters[0] if len({*self.quarters}) == 1 else None


@dataclass(frozen=True, kw_only=True)
class GridDay:
    """A day of the grid, with its rows. `openings` is None without a sending window."""

    day: date
    span: Span
    rows: tuple[tuple[GridHour, ...], ...]
    openings: list[Span] | None


@dataclass(frozen=True, kw_only=True)
class Obstacles:
    """When nothing leaves in a week: outside of its openings, and in silence for every list."""

    openings: Sequence[Span] | None
    silences: Sequence[Span]

    def state_at(self, moment: datetime) -> QuarterState:
        """Return whether campaigns leave at a moment."""
        if any(each.has(moment) for each in self.silences):
            return QuarterState.SILENT
        is_open = self.openings is None or any(each.has(moment) for each in self.openings)
        return QuarterState.OPEN if is_open else QuarterState.SHUT


def find_monday(day: date) -> date:
    """Return the first day of the week of a day. The first and the last week stay themselves."""
    back = min(day.weekday(), (day - date.min).days)
    return day - back * A_DAY


def span_of_day(day: date, zone: ZoneInfo) -> Span:
    """Return the 23, 24 or 25 hours of a day on a clock."""
    return Span(_midnight(day, zone), _midnight(day + A_DAY, zone))


def span_of_week(monday: date, zone: ZoneInfo) -> Span:
    """Return the hours of a week on a clock."""
    return Span(_midnight(monday, zone), _midnight(monday + DAYS_OF_WEEK * A_DAY, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def find_obstacles(
    monday: date, zone: ZoneInfo, *, window: Window | None, silences: Sequence[Span]
) -> Obstacles:
    """Return when nothing leaves in a week."""
    begins_at = span_of_week(monday, zone).begins_at
    openings = list_openings(begins_at, window, zone) if window else None
    return Obstacles(
        openings=None if openings is None else [Span(*each) for each in openings],
        silences=silences,
    )


def make_days(monday: date, zone: ZoneInfo, obstacles: Obstacles) -> list[GridDay]:
    """Return the days of a week with their rows."""
    return [_make_day(monday + number * A_DAY, zone, obstacles) for number in range(DAYS_OF_WEEK)]


def _make_day(day: date, zone: ZoneInfo, obstacles: Obstacles) -> GridDay:
    span, openings = span_of_day(day, zone), obstacles.openings
    return GridDay(
        day=day,
        span=span,
        rows=tuple(
            _make_row(datetime.combine(day, time(hour)), zone, obstacles)
            for hour in range(HOURS_OF_DAY)
        ),
        openings=None if openings is None else [*_parts(openings, span)],
    )


def _make_row(shown: datetime, zone: ZoneInfo, obstacles: Obstacles) -> tuple[GridHour, ...]:
    moments = list_moments(shown, zone)
    return tuple(
        GridHour(
            span=Span(each, each + AN_HOUR),
            is_twice=len(moments) > 1,
            quarters=tuple(
                obstacles.state_at(each + number * A_QUARTER) for number in range(QUARTERS)
            ),
        )
        for each in moments
    )


def _parts(spans: Sequence[Span], whole: Span) -> Iterator[Span]:
    for each in spans:
        if (part := each.within(whole)) is not None:
            yield part
