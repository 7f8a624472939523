"""Charts: series of numbers scaled to lines of an SVG, with the same numbers for a table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from flask_babel import format_date, format_decimal, gettext

from supporters.consent.models import EventKind

WIDTH, HEIGHT = 760, 280
LEFT, TOP, BOTTOM = 60, 16, 40
STEPS = 4
LONGEST_TABLE = 31
MOST_DAYS, FEWEST_DAYS = 90, 14
NICE = (10, 20, 25, 50, 100)  # tenths


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line: its name, and its points as an SVG path."""

    name: str
    css_class: str
    path: str
    area_path: str
    last_value: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """All that the template draws."""

    series: list[Series]
    x_labels: list[tuple[float, str]]
    y_labels: list[tuple[float, str]]
    table_head: list[str]
    table_rows: list[tuple[object, ...]]
    summary: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Day:
    """How many were on, and how many had left, at the end of a day."""

    when: date
    joined: int
    left: int


def count_up(events: Iterable[tuple[date, EventKind, int]], today: date) -> list[Day]:
    """Return the running totals, one entry a day without a gap, for 90 days or since the first."""
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
    """Return the chart of people who joined and left over these days."""
    step = nice_step(max(max(day.joined, day.left) for day in days))
    top = step * STEPS
    left_name = gettext("Left")
    last = days[-1]
    return Chart(
        series=[
            _series(joined_name, "series-confirmed", [day.joined for day in days], top=top),
            _series(left_name, "series-left", [day.left for day in days], top=top),
        ],
        x_labels=[(_x(at, len(days)), _day_name(days[at].when)) for at in _label_places(len(days))],
        y_labels=[
            (_y(value, top), str(format_decimal(value))) for value in range(0, top + 1, step)
        ],
        table_head=[gettext("Day"), joined_name, left_name],
        table_rows=[
            (str(format_date(day.when, "long")), day.joined, day.left)
            for day in reversed(days[-LONGEST_TABLE:])
        ],
        summary=gettext(
            "On %(day)s: %(joined)s, and %(left)s have left.",
            day=format_date(last.when, "long"),
            joined=format_decimal(last.joined),
            left=format_decimal(last.left),
        ),
    )


def nice_step(value: int) -> int:
    """Return a round number that leads to the value, or over it, in four steps."""
    magnitude = 1
    while magnitude * 10 * STEPS < value:
        magnitude *= 10
    steps = [magnitude * tenths // 10 for tenths in NICE if magnitude * tenths % 10 == 0]
    return next(step for step in steps if step * STEPS >= value)


def _series(name: str, css_class: str, values: Sequence[int], *, top: int) -> Series:
    points = [f"{_x(at, len(values)):.1f} {_y(value, top):.1f}" for at, value in enumerate(values)]
    path = "M" + "L".join(points)
    floor = HEIGHT - BOTTOM
    area = f"{path}L{_x(len(values) - 1, len(values)):.1f} {floor}L{LEFT} {floor}Z"
    return Series(name=name, css_class=css_class, path=path, area_path=area, last_value=values[-1])


def _x(at: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT) * at / max(count - 1, 1)


def _y(value: float, top: int) -> float:
    floor = HEIGHT - BOTTOM
    return floor - (floor - TOP) * value / top


def _label_places(count: int) -> list[int]:
    """Return which days get a name: four of them, away from the edges."""
    return [count * part // 8 for part in (1, 3, 5, 7)]


def _day_name(when: date) -> str:
    return str(format_date(when, "d MMM"))
