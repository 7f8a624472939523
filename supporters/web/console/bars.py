"""The history of a campaign as bars: at most some forty, however long it took."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask_babel import format_date, format_decimal, format_time, gettext, ngettext

from supporters.delivery.history import Minute
from supporters.web.console.charts import BOTTOM, HEIGHT, STEPS, TOP, WIDTH, nice_step

LEFT, RIGHT = 104, WIDTH - 60  # room for a million beside the lines, and half a name
NAME_WIDTH, LONG_NAME_WIDTH = 110, 170
MOST_BARS, FEWEST_PLACES = 40, 12
FILLED = 0.76
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LONG = timedelta(hours=20)
STRETCHES = (
    *(timedelta(minutes=number) for number in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=number) for number in (1, 2, 3, 6, 12, 24)),
)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A rectangle; `css_class` tells what of."""

    css_class: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class BarChart:
    """All that the template draws."""

    bars: list[Bar]
    x_labels: list[tuple[float, str]]
    y_labels: list[tuple[float, str]]
    key: list[tuple[str, str, int]]
    table_head: list[str]
    table_rows: list[tuple[object, ...]]
    summary: str
    left: int = LEFT
    right: int = RIGHT
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class _Scale:
    """Where on the drawing a stretch and a number of mails are; the last is at the right edge."""

    count: int
    top: int

    @property
    def step(self) -> float:
        return (RIGHT - LEFT) / max(self.count, FEWEST_PLACES)

    def x(self, at: float) -> float:
        return RIGHT - self.step * (self.count - at)

    def y(self, value: int) -> float:
        floor = HEIGHT - BOTTOM
        return floor - (floor - TOP) * value / self.top


def group(minutes: Sequence[Minute]) -> tuple[timedelta, list[Minute]]:
    """Return the length of a stretch, and what left in each, from the first to the last."""
    took = minutes[-1].started_at - minutes[0].started_at + MINUTE
    days = DAY * -(-took // (DAY * (MOST_BARS - 1)))
    length = next((each for each in STRETCHES if took <= (MOST_BARS - 1) * each), days)
    first = _floor(minutes[0].started_at, length)
    count = (minutes[-1].started_at - first) // length + 1
    sums = [Minute(started_at=first + number * length) for number in range(count)]
    for minute in minutes:
        place = (minute.started_at - first) // length
        sums[place] = _add(sums[place], minute)
    return length, sums


def draw_bars(minutes: Sequence[Minute]) -> BarChart:
    """Return the chart of the minutes in which something left, of which there is at least one."""
    length, stretches = group(minutes)
    step = nice_step(max(each.accepted + _others(each) for each in stretches))
    scale = _Scale(len(stretches), step * STEPS)
    is_long = stretches[-1].started_at - stretches[0].started_at > LONG
    names = [_name(each.started_at, is_long=is_long) for each in stretches]
    accepted, others = sum(each.accepted for each in stretches), sum(map(_others, stretches))
    return BarChart(
        bars=[bar for at, each in enumerate(stretches) for bar in _bars(each, at, scale)],
        x_labels=[(scale.x(at + 0.5), names[at]) for at in _named(scale, is_long=is_long)],
        y_labels=[
            (scale.y(value), str(format_decimal(value))) for value in range(0, scale.top + 1, step)
        ],
        key=[
            ("bar-accepted", gettext("Accepted"), accepted),
            ("bar-other", gettext("Refused, to be tried again or uncertain"), others),
        ],
        table_head=[
            gettext("From"),
            *(gettext("Accepted"), gettext("To be tried again")),
            *(gettext("Refused"), gettext("Uncertain")),
        ],
        table_rows=[
            (name, each.accepted, each.deferred, each.refused, each.uncertain)
            for name, each in zip(reversed(names), reversed(stretches), strict=True)
        ],
        summary=_describe(length),
    )


def _bars(stretch: Minute, at: int, scale: _Scale) -> Iterator[Bar]:
    """Yield what was accepted, and on top of it what wasn't."""
    x, width = scale.x(at + (1 - FILLED) / 2), scale.step * FILLED
    total = stretch.accepted + _others(stretch)
    for css_class, low, high in (
        ("bar-accepted", 0, stretch.accepted),
        ("bar-other", stretch.accepted, total),
    ):
        if high > low:
            height = scale.y(low) - scale.y(high)
            yield Bar(css_class=css_class, x=x, y=scale.y(high), width=width, height=height)


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
    time = str(format_time(moment, "short"))
    return f"{format_date(moment, 'd MMM')}, {time}" if is_long else time


def _named(scale: _Scale, *, is_long: bool) -> Iterable[int]:
    """Return which bars get a name: so many that they don't touch, on a small screen either."""
    every = ceil((LONG_NAME_WIDTH if is_long else NAME_WIDTH) / scale.step)
    return range(0, scale.count, every)


def _others(stretch: Minute) -> int:
    return stretch.deferred + stretch.refused + stretch.uncertain


def _floor(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step


def _add(one: Minute, other: Minute) -> Minute:
    return Minute(
        started_at=one.started_at,
        accepted=one.accepted + other.accepted,
        deferred=one.deferred + other.deferred,
        refused=one.refused + other.refused,
        uncertain=one.uncertain + other.uncertain,
    )
