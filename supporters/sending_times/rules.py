"""Decides when the sending window is open, and when a silence lasts, by the clock of a zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

LOOK_AHEAD_DAYS = 16  # a day of the week that a clock change leaves out comes again after two weeks
A_DAY, A_MINUTE, NONE = timedelta(days=1), timedelta(minutes=1), timedelta()


class WindowFault(Enum):
    """Why a window would never open."""

    NO_DAY = auto()
    NO_TIME = auto()


@dataclass(frozen=True, kw_only=True)
class Window:
    """The hours of some days of the week, 0 for Monday, in minutes of the day.

    One that closes no later than it opens ends on the next day.
    """

    days: frozenset[int]
    opens: int
    closes: int

    @property
    def is_overnight(self) -> bool:
        """Whether it ends on the day after it opens."""
        return self.closes <= self.opens


@dataclass(frozen=True, order=True)
class LocalMinute:
    """A minute of a day, by the clock of a place that is named elsewhere."""

    day: date
    minute: int

    def in_zone(self, zone: ZoneInfo) -> datetime:
        """Return the first moment at which the clocks of a zone show this minute, or a later one.

        The hour that a clock change repeats begins with its first time; the one that it leaves out
        is the moment of the change.
        """
        wall = datetime.combine(self.day, time(*divmod(self.minute, 60)), zone)
        after = wall.replace(fold=1)
        moment = wall.astimezone(UTC)
        if (wall.utcoffset() or NONE) >= (after.utcoffset() or NONE):
            return moment
        moment = after.astimezone(UTC)
        while moment.astimezone(zone).utcoffset() != after.utcoffset():
            moment += A_MINUTE
        return moment


def find_window_fault(window: Window) -> WindowFault | None:
    """Return why a window would never open. From midnight to midnight is a whole day."""
    if not window.days:
        return WindowFault.NO_DAY
    return WindowFault.NO_TIME if window.opens == window.closes != 0 else None


def may_send(now: datetime, window: Window | None, zone: ZoneInfo) -> bool:
    """Tell whether a window is open at a moment. Without a window, it always is."""
    return window is None or any(
        begin <= now < end for begin, end in list_openings(now, window, zone)
    )


def next_opening(now: datetime, window: Window | None, zone: ZoneInfo) -> datetime:
    """Return when a window is open next: now, or the moment at which it opens."""
    if window is None or may_send(now, window, zone):
        return now
    return next(begin for begin, _ in list_openings(now, window, zone) if begin > now)


def next_closing(now: datetime, window: Window | None, zone: ZoneInfo) -> datetime | None:
    """Return when an open window closes; None if it doesn't within two weeks, or isn't open."""
    if window is None:
        return None
    closing = None
    for begin, end in list_openings(now, window, zone):
        if begin <= now < end or begin == closing:
            closing = end
        elif closing is not None:
            return closing
    return None


def list_openings(
    now: datetime, window: Window, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the beginning and the end of each opening from yesterday on."""
    today = now.astimezone(zone).date()
    for number in range(-1, LOOK_AHEAD_DAYS):
        day = today + number * A_DAY
        if day.weekday() in window.days:
            begin = LocalMinute(day, window.opens).in_zone(zone)
            end = LocalMinute(day + window.is_overnight * A_DAY, window.closes).in_zone(zone)
            if begin < end:
                yield begin, end


@dataclass(frozen=True)
class SilenceHours:
    """The hours of a silence, by the clock of each place."""

    begins: LocalMinute
    ends: LocalMinute

    def covers(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Tell whether there is silence at a moment, by the clock of a zone."""
        return self.begins.in_zone(zone) <= moment < self.ends.in_zone(zone)


@dataclass(frozen=True, kw_only=True)
class SilenceRule:
    """The silence of a country: from some days before the first day of a vote, to its last day.

    Without `days_before` there is none. `closes` is the hour at which the last polls usually
    close. `source` is the text that it comes from; `is_law_read` says whether that text is the law
    itself, and was read.
    """

    days_before: int | None = None
    begins: int = 0
    closes: int = 20
    source: str
    is_law_read: bool = False

    def hours_of(self, first_day: date, last_day: date) -> SilenceHours | None:
        """Return the hours around a vote; None if the country knows no silence."""
        if self.days_before is None:
            return None
        begins = LocalMinute(first_day - self.days_before * A_DAY, 60 * self.begins)
        return SilenceHours(begins, LocalMinute(last_day, 60 * self.closes))
