"""The days of a week in words: their sending hours, their silence, their cards by the hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext

from supporters import clock
from supporters.sending_times.bulk_mail import Silence
from supporters.sending_times.sending_window import find_window
from supporters.team.list_scopes import ListScope
from supporters.text.local_dates import clock_of, date_in, time_in
from supporters.text.time_zones import PARTY_ZONE, offset_of
from supporters.web.console.campaigns.week.week_cards import CardMaker, WeekCard
from supporters.web.console.campaigns.week.week_grid import (
    GridDay,
    GridHour,
    Span,
    find_obstacles,
    make_days,
    span_of_week,
)


@dataclass(frozen=True, kw_only=True)
class ShownHour:
    """An hour of the grid with its cards. `name` tells two hours of one name apart."""

    grid: GridHour
    name: str
    is_past: bool
    cards: list[WeekCard]


@dataclass(frozen=True, kw_only=True)
class ShownDay:
    """A day of the week. `hours` are its sending hours in words; None if there is no window."""

    day: date
    name: str
    is_today: bool
    hours: str | None
    silences: list[str]
    rows: list[list[ShownHour]]
    has_cards: bool


@dataclass(frozen=True, kw_only=True)
class ShownWeek:
    """The days of a week, and what waits for an hour."""

    days: list[ShownDay]
    waiting: list[WeekCard]
    clock: str

    @property
    def has_cards(self) -> bool:
        """Whether anything leaves or left in it."""
        return any(each.has_cards for each in self.days)


def show_week(monday: date, scope: ListScope) -> ShownWeek:
    """Return a week on the clock of the party."""
    now, zone = clock.now(), ZoneInfo(PARTY_ZONE)
    week, window = span_of_week(monday, zone), find_window()
    maker = CardMaker(week, window, scope)
    silences = maker.times.list_ballots(zone)
    everywhere = [Span(each.begins_at, each.ends_at) for each, is_for_all in silences if is_for_all]
    days = make_days(monday, zone, find_obstacles(monday, zone, window=window, silences=everywhere))
    cards = maker.list_cards()
    named = [each for each, _ in silences]
    return ShownWeek(
        days=[_show_day(each, now, cards=cards, silences=named) for each in days],
        waiting=maker.list_waiting(),
        clock=_name_clock(week, zone),
    )


def _show_day(
    day: GridDay, now: datetime, *, cards: Sequence[WeekCard], silences: Sequence[Silence]
) -> ShownDay:
    own = [each for each in cards if each.moment and day.span.has(each.moment)]
    return ShownDay(
        day=day.day,
        name=date_in(day.day, str(get_locale()), "EEEE d"),
        is_today=day.span.has(now),
        hours=None if day.openings is None else _name_openings(day),
        silences=[words for each in silences if (words := _name_silence(each, day.span))],
        rows=[[_show_hour(each, now, own) for each in row] for row in day.rows],
        has_cards=bool(own),
    )


def _show_hour(hour: GridHour, now: datetime, cards: Sequence[WeekCard]) -> ShownHour:
    zone = ZoneInfo(PARTY_ZONE)
    name = _time_in(hour.span.begins_at)
    return ShownHour(
        grid=hour,
        name=f"{name} ({offset_of(hour.span.begins_at, zone)})" if hour.is_twice else name,
        is_past=hour.span.ends_at <= now,
        cards=[each for each in cards if each.moment and hour.span.has(each.moment)],
    )


def _name_openings(day: GridDay) -> str:
    """Return the sending hours of a day, or that it has none."""
    if not day.openings:
        return str(gettext("No sending"))
    return ", ".join(_name_span(each, day.span) for each in day.openings)


def _name_silence(silence: Silence, day: Span) -> str:
    """Return the name of a silence with its hours on a day; nothing on another day."""
    part = Span(silence.begins_at, silence.ends_at).within(day)
    if part is None:
        return ""
    words = {"ballot": silence.ballot_name, "hours": _name_span(part, day)}
    return str(gettext("Electoral silence: %(ballot)s, %(hours)s", **words))


def _name_span(part: Span, day: Span) -> str:
    if part == day:
        return str(gettext("all day"))
    return f"{_time_in(part.begins_at)}\N{EN DASH}{_time_in(part.ends_at)}"


def _name_clock(week: Span, zone: ZoneInfo) -> str:
    """Return the name of the clock, and its offset in this week, or both."""
    offsets = dict.fromkeys(offset_of(each, zone) for each in (week.begins_at, week.ends_at))
    return f"{clock_of(zone.key)}, {' → '.join(offsets)}"


def _time_in(moment: datetime) -> str:
    return time_in(moment.astimezone(ZoneInfo(PARTY_ZONE)), str(get_locale()))
