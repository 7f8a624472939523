"""Charts: series of numbers scaled to lines of an SVG, with the same numbers for a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import format_date, format_decimal, gettext

from supporters.consent.models import EventKind

WIDTH, HEIGHT = 760, 280
LEFT, TOP, BOTTOM = 60, 16, 40
STEPS = 4
LONGEST_TABLE = 31
DAYS_SHOWN = 90
NICE = (1, 2, 2.5, 5, 10)


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
    """Return the running totals of the last 90 days, one entry a day, without a gap."""
    changes: dict[date, list[int]] = {}
    for when, kind, count in events:
        change = changes.setdefault(when, [0, 0])
        change[0 if kind is EventKind.CONFIRMED else 1] += count
    first_shown = today - timedelta(days=DAYS_SHOWN - 1)
    joined = left = 0
    days = []
    earlier = sorted(each for each in changes if each < first_shown)
    for when in [*earlier, *_days(first_shown, today)]:
        joined += changes.get(when, [0, 0])[0] - changes.get(when, [0, 0])[1]
        left += changes.get(when, [0, 0])[1]
        if when >= first_shown:
            days.append(Day(when, joined, left))
    return days


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def make_chart(days: Sequence[Day], joined_name: str) -> Chart:
    """Return the chart of people who joined and left over these days."""
    top = nice_ceiling(max([1, *(day.joined for day in days), *(day.left for day in days)]))
    left_name = gettext("Left")
    last = days[-1]
    return Chart(
        series=[
            _series(joined_name, "series-confirmed", [day.joined for day in days], top=top),
            _series(left_name, "series-left", [day.left for day in days], top=top),
        ],
        x_labels=[(_x(at, len(days)), _day_name(days[at].when)) for at in _label_places(len(days))],
        y_labels=[
            (_y(top * step / STEPS, top), str(format_decimal(round(top * step / STEPS))))
            for step in range(STEPS + 1)
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


def nice_ceiling(value: int) -> int:
    """Return a round number not below the value, that four steps divide well."""
    magnitude = 4
    while magnitude * NICE[-1] < value:
        magnitude *= 10
    return int(next(magnitude * each for each in NICE if magnitude * each >= value))


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
