"""Charts: running totals without gaps, round scales, and lines inside the frame."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from supporters.consent.models import EventKind
from supporters.web.console.charts import (
    BOTTOM,
    FEWEST_DAYS,
    HEIGHT,
    LEFT,
    MOST_DAYS,
    STEPS,
    TOP,
    WIDTH,
    Day,
    list_daily_totals,
    make_chart,
    round_step,
)

TODAY = date(2026, 6, 30)
CONFIRMED, WITHDRAWN, OBJECTED = EventKind.CONFIRMED, EventKind.WITHDRAWN, EventKind.OBJECTED


@pytest.fixture(autouse=True)
def words(app: Flask) -> Iterator[None]:
    """Set the language of the charts."""
    with app.test_request_context("/fr/"):
        yield


def ago(days: int) -> date:
    """Return a day in the past."""
    return TODAY - timedelta(days=days)


def test_without_an_event_two_weeks_have_nobody() -> None:
    days = list_daily_totals([], TODAY)
    assert len(days) == FEWEST_DAYS
    assert (days[0].when, days[-1].when) == (ago(FEWEST_DAYS - 1), TODAY)
    assert {(day.joined, day.left) for day in days} == {(0, 0)}


def test_days_are_shown_since_the_first_event() -> None:
    for first, shown in [(0, FEWEST_DAYS), (13, FEWEST_DAYS), (40, 41), (89, 90), (400, MOST_DAYS)]:
        days = list_daily_totals([(ago(first), CONFIRMED, 1)], TODAY)
        assert [day.when for day in days] == [ago(n) for n in range(shown - 1, -1, -1)]
        assert days[-1].joined == 1


def test_totals_run_on_over_days_without_an_event() -> None:
    days = list_daily_totals([(ago(3), CONFIRMED, 5), (ago(1), WITHDRAWN, 2)], TODAY)
    assert [(day.joined, day.left) for day in days[-5:]] == [(0, 0), (5, 0), (5, 0), (3, 2), (3, 2)]


def test_leaving_and_objecting_count_alike() -> None:
    days = list_daily_totals(
        [(TODAY, CONFIRMED, 5), (TODAY, WITHDRAWN, 1), (TODAY, OBJECTED, 1)], TODAY
    )
    assert days[-1] == Day(TODAY, joined=3, left=2)


def test_what_was_before_the_first_day_shown_is_counted() -> None:
    days = list_daily_totals([(ago(400), CONFIRMED, 7), (ago(200), WITHDRAWN, 3)], TODAY)
    assert days[0] == Day(ago(MOST_DAYS - 1), joined=4, left=3)


def test_the_scale_has_round_steps() -> None:
    steps = {0: 1, 4: 1, 5: 2, 11: 5, 21: 10, 41: 20, 99: 25, 101: 50, 100_000: 25_000}
    assert {value: round_step(value) for value in steps} == steps


def test_the_scale_fits_its_highest_value() -> None:
    for value in [1, 3, 7, 12, 99, 1234, 99_999, 100_001, 12_345_678]:
        top = round_step(value) * STEPS
        assert value <= top <= max(4, 2.5 * value)


def test_lines_stay_inside_their_box() -> None:
    for most in [0, 1, 17, 100_000]:
        days = list_daily_totals([(ago(n), CONFIRMED, most) for n in range(0, 90, 7)], TODAY)
        chart = make_chart(days, "Abonnements")
        for series in chart.series:
            for x, y in re.findall(r"([\d.]+) ([\d.]+)", series.path + series.area_path):
                assert LEFT <= float(x) <= WIDTH
                assert TOP <= float(y) <= HEIGHT - BOTTOM


def test_labels_stand_at_the_scale_and_at_days() -> None:
    chart = make_chart(list_daily_totals([(TODAY, CONFIRMED, 100_000)], TODAY), "Abonnements")
    numbers = [text.replace("\N{NARROW NO-BREAK SPACE}", "") for _, text in chart.y_labels]
    assert numbers == ["0", "25000", "50000", "75000", "100000"]
    assert [y for y, _ in chart.y_labels] == sorted((y for y, _ in chart.y_labels), reverse=True)
    assert len({text for _, text in chart.x_labels}) == len(chart.x_labels)


def test_the_table_tells_the_newest_day_first_and_the_same_numbers() -> None:
    chart = make_chart(
        list_daily_totals([(ago(1), CONFIRMED, 9), (TODAY, WITHDRAWN, 4)], TODAY), "Inscrits"
    )
    assert chart.table_rows[0] == ("30 juin 2026", 5, 4)
    assert chart.table_rows[1] == ("29 juin 2026", 9, 0)
    assert [series.last_value for series in chart.series] == [5, 4]
    assert len(chart.table_head) == len(chart.table_rows[0])


def test_one_day_alone_can_be_drawn() -> None:
    chart = make_chart([Day(TODAY, 3, 1)], "Inscrits")
    assert chart.series[0].path.startswith(f"M{LEFT}.0 ")
