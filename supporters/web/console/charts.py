"""Charts of the console: numbers scaled to lines or bars of an SVG, and the same as a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from math import ceil

from flask_babel import format_decimal, gettext, ngettext

from supporters.consent.models import EventKind
from supporters.delivery.progress import AttemptsOfMinute
from supporters.text.local_dates import format_date, format_time

WIDTH, HEIGHT = 760, 280
LEFT, TOP, BOTTOM = 68, 16, 40
FLOOR = HEIGHT - BOTTOM
BARS_LEFT, BARS_RIGHT = 104, WIDTH - 60  # space for a million beside the bars, and half a name
STEPS = 4
ROUND_TENTHS = (10, 20, 25, 50, 100)  # tenths
LONGEST_TABLE = 31
MOST_DAYS, FEWEST_DAYS = 90, 14
NAME_WIDTH, LONG_NAME_WIDTH = 110, 170
MOST_BARS, FEWEST_PLACES = 40, 12
FILLED = 0.76
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LONG = timedelta(hours=20)
TIME_STEPS = (
    *(timedelta(minutes=number) for number in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=number) for number in (1, 2, 3, 6, 12, 24)),
)


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line: its name, and its points as an SVG path."""

    name: str
    css_class: str
    path: str
    area_path: str
    last_value: int


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A rectangle of the chart. `css_class` names its series."""

    css_class: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Chart:
    """All that the template draws: lines or bars in one frame, with their `key`."""

    series: list[Series] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    key: list[tuple[str, str, int]]
    x_labels: list[tuple[float, str]]
    y_labels: list[tuple[float, str]]
    table_head: list[str]
    table_rows: list[tuple[object, ...]]
    summary: str
    left: int = LEFT
    right: int = WIDTH
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Day:
    """The subscriptions and unsubscriptions in total at the end of a day."""

    when: date
    joined: int
    left: int


def list_daily_totals(events: Iterable[tuple[date, EventKind, int]], today: date) -> list[Day]:
    """Return the running totals, one entry per day, for 90 days or since the first event."""
    joined: Counter[date] = Counter()
    left: Counter[date] = Counter()
    for when, kind, count in events:
        joined[when] += count if kind is EventKind.CONFIRMED else -count
        left[when] += 0 if kind is EventKind.CONFIRMED else count
    earliest = today - timedelta(days=MOST_DAYS - 1)
    latest = today - timedelta(days=FEWEST_DAYS - 1)
    first = min(max(min(joined, default=today), earliest), latest)
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    joined[first] += sum(count for when, count in joined.items() if when < first)
    left[first] += sum(count for when, count in left.items() if when < first)
    totals = zip(days, _running(joined, days), _running(left, days), strict=True)
    return [Day(*each) for each in totals]


def _running(changes: Counter[date], days: Sequence[date]) -> Iterable[int]:
    return accumulate(changes[day] for day in days)


def make_chart(days: Sequence[Day], joined_name: str) -> Chart:
    """Return the chart of subscriptions and unsubscriptions over these days."""
    step = round_step(max(max(day.joined, day.left) for day in days))
    left_name = gettext("Unsubscribed")
    last = days[-1]
    series = [
        _series(joined_name, "series-confirmed", [day.joined for day in days], top=step * STEPS),
        _series(left_name, "series-left", [day.left for day in days], top=step * STEPS),
    ]
    return Chart(
        series=series,
        key=[(each.css_class, each.name, each.last_value) for each in series],
        x_labels=[(_x(at, len(days)), _day_name(days[at].when)) for at in _label_places(len(days))],
        y_labels=_y_labels(step),
        table_head=[gettext("Day"), joined_name, left_name],
        table_rows=[
            (format_date(day.when), day.joined, day.left) for day in reversed(days[-LONGEST_TABLE:])
        ],
        summary=gettext(
            "On %(day)s, subscriptions: %(joined)s, unsubscribed: %(left)s.",
            day=format_date(last.when),
            joined=format_decimal(last.joined),
            left=format_decimal(last.left),
        ),
    )


def draw_curve(values: Sequence[int], name: str, *, first: date, today: int) -> Chart:
    """Return the chart of a plan: one value for each day; `today` is which of them counts now."""
    step = round_step(max(values))
    days = [first + timedelta(days=number) for number in range(len(values))]
    series = _series(name, "series-confirmed", values, top=step * STEPS)
    return Chart(
        series=[series],
        key=[(series.css_class, name, values[today])],
        x_labels=[(_x(at, len(days)), _day_name(days[at])) for at in _label_places(len(days))],
        y_labels=_y_labels(step),
        table_head=[gettext("Day"), name],
        table_rows=[*zip(map(format_date, days), values, strict=True)],
        summary=f"{format_date(days[today])} – {format_decimal(values[today])}",
    )


def round_step(value: int) -> int:
    """Return a round number of which four reach the value."""
    magnitude = 1
    while magnitude * 10 * STEPS < value:
        magnitude *= 10
    steps = [magnitude * tenths // 10 for tenths in ROUND_TENTHS if magnitude * tenths % 10 == 0]
    return next(step for step in steps if step * STEPS >= value)


def _series(name: str, css_class: str, values: Sequence[int], *, top: int) -> Series:
    points = [f"{_x(at, len(values)):.1f} {_y(value, top):.1f}" for at, value in enumerate(values)]
    path = "M" + "L".join(points)
    area = f"{path}L{_x(len(values) - 1, len(values)):.1f} {FLOOR}L{LEFT} {FLOOR}Z"
    return Series(name=name, css_class=css_class, path=path, area_path=area, last_value=values[-1])


def _x(at: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT) * at / max(count - 1, 1)


def _y(value: float, top: int) -> float:
    return FLOOR - (FLOOR - TOP) * value / top


def _y_labels(step: int) -> list[tuple[float, str]]:
    """Return the lines of the scale, from 0 to the top, with their numbers."""
    values = range(0, step * STEPS + 1, step)
    return [(_y(value, step * STEPS), str(format_decimal(value))) for value in values]


def _label_places(count: int) -> list[int]:
    """Return the four days that get a name, away from the edges."""
    return [count * part // 8 for part in (1, 3, 5, 7)]


def _day_name(when: date) -> str:
    return format_date(when, "d MMM")


@dataclass(frozen=True)
class _Scale:
    """The scale of a bar chart. The last bar is at the right edge."""

    count: int
    top: int

    @property
    def step(self) -> float:
        return (BARS_RIGHT - BARS_LEFT) / max(self.count, FEWEST_PLACES)

    def x(self, at: float) -> float:
        return BARS_RIGHT - self.step * (self.count - at)


def group_minutes(minutes: Sequence[AttemptsOfMinute]) -> tuple[timedelta, list[AttemptsOfMinute]]:
    """Return the length of a time step, and the sums of each step, first to last."""
    took = minutes[-1].started_at - minutes[0].started_at + MINUTE
    days = DAY * -(-took // (DAY * (MOST_BARS - 1)))
    length = next((each for each in TIME_STEPS if took <= (MOST_BARS - 1) * each), days)
    first = _floor(minutes[0].started_at, length)
    count = (minutes[-1].started_at - first) // length + 1
    sums = [AttemptsOfMinute(started_at=first + number * length) for number in range(count)]
    for minute in minutes:
        place = (minute.started_at - first) // length
        sums[place] = _add(sums[place], minute)
    return length, sums


def draw_bars(minutes: Sequence[AttemptsOfMinute]) -> Chart:
    """Return the chart of the minutes in which messages left. There is at least one."""
    length, stretches = group_minutes(minutes)
    step = round_step(max(each.accepted + _others(each) for each in stretches))
    scale = _Scale(len(stretches), step * STEPS)
    is_long = stretches[-1].started_at - stretches[0].started_at > LONG
    names = [_name(each.started_at, is_long=is_long) for each in stretches]
    accepted, others = sum(each.accepted for each in stretches), sum(map(_others, stretches))
    return Chart(
        bars=[bar for at, each in enumerate(stretches) for bar in _bars(each, at, scale)],
        x_labels=[(scale.x(at + 0.5), names[at]) for at in _named(scale, is_long=is_long)],
        y_labels=_y_labels(step),
        key=[
            ("bar-accepted", gettext("Accepted"), accepted),
            ("bar-other", gettext("Rejected, to retry or unknown outcome"), others),
        ],
        table_head=[
            gettext("From"),
            *(gettext("Accepted"), gettext("To retry")),
            *(gettext("Rejected"), gettext("Unknown outcome")),
        ],
        table_rows=[
            (name, each.accepted, each.deferred, each.refused, each.uncertain)
            for name, each in zip(reversed(names), reversed(stretches), strict=True)
        ],
        summary=_describe(length),
        left=BARS_LEFT,
        right=BARS_RIGHT,
    )


def _bars(stretch: AttemptsOfMinute, at: int, scale: _Scale) -> Iterator[Bar]:
    """Yield the bar of accepted messages, and above it the bar of the others."""
    x, width = scale.x(at + (1 - FILLED) / 2), scale.step * FILLED
    total = stretch.accepted + _others(stretch)
    for css_class, low, high in (
        ("bar-accepted", 0, stretch.accepted),
        ("bar-other", stretch.accepted, total),
    ):
        if high > low:
            height = _y(low, scale.top) - _y(high, scale.top)
            yield Bar(css_class=css_class, x=x, y=_y(high, scale.top), width=width, height=height)


def _describe(length: timedelta) -> str:
    minutes = length // MINUTE
    if minutes == 1:
        return str(gettext("Each bar is a minute."))
    if minutes < 60:
        return str(gettext("Each bar is %(count)s minutes.", count=minutes))
    hours = minutes // 60
    words = ngettext(
        "Each bar is %(count)s hour.", "Each bar is %(count)s hours.", hours, count=hours
    )
    return str(words)


def _name(moment: datetime, *, is_long: bool) -> str:
    time = format_time(moment)
    return f"{format_date(moment, 'd MMM')}, {time}" if is_long else time


def _named(scale: _Scale, *, is_long: bool) -> Iterable[int]:
    """Return the bars that get a name. The names don't touch, even on a small screen."""
    every = ceil((LONG_NAME_WIDTH if is_long else NAME_WIDTH) / scale.step)
    return range(0, scale.count, every)


def _others(stretch: AttemptsOfMinute) -> int:
    return stretch.deferred + stretch.refused + stretch.uncertain


def _floor(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step


def _add(one: AttemptsOfMinute, other: AttemptsOfMinute) -> AttemptsOfMinute:
    return AttemptsOfMinute(
        started_at=one.started_at,
        accepted=one.accepted + other.accepted,
        deferred=one.deferred + other.deferred,
        refused=one.refused + other.refused,
        uncertain=one.uncertain + other.uncertain,
    )
