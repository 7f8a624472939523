"""The chart of a campaign: few bars, all inside the frame, all messages counted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from flask import Flask

from supporters.delivery.progress import AttemptsOfMinute
from supporters.web.console.charts import (
    BARS_LEFT,
    BARS_RIGHT,
    BOTTOM,
    FEWEST_PLACES,
    HEIGHT,
    MOST_BARS,
    NAME_WIDTH,
    TOP,
    draw_bars,
    group_minutes,
)

START = datetime(2026, 6, 30, 12, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def words(app: Flask) -> Iterator[None]:
    """Set the language of the charts."""
    with app.test_request_context("/fr/"):
        yield


def minutes(*places: int, **counts: int) -> list[AttemptsOfMinute]:
    """Return minutes at these offsets from the start, each with these counts."""
    return [
        AttemptsOfMinute(started_at=START + timedelta(minutes=place), **counts) for place in places
    ]


def test_a_longer_campaign_has_longer_stretches() -> None:
    cases = [
        (1, timedelta(minutes=1)),
        (39, timedelta(minutes=1)),
        (40, timedelta(minutes=2)),
        (10 * 60, timedelta(minutes=30)),
        (5 * 24 * 60, timedelta(hours=6)),
        (60 * 24 * 60, timedelta(days=2)),
    ]
    for took, length in cases:
        assert group_minutes(minutes(0, took - 1, accepted=1))[0] == length, took


def test_there_are_never_too_many_bars_and_no_mail_is_left_out() -> None:
    for took in [1, 2, 39, 40, 117, 601, 1440, 7000, 90_000]:
        places = sorted({0, took // 3, took // 2, took - 1})
        _, stretches = group_minutes(minutes(*places, accepted=5, refused=1))
        assert len(stretches) <= MOST_BARS
        assert sum(each.accepted for each in stretches) == 5 * len(places)
        assert sum(each.refused for each in stretches) == len(places)


def test_a_stretch_in_which_nothing_left_keeps_its_place() -> None:
    _, stretches = group_minutes(minutes(0, 3, accepted=2))
    assert [each.accepted for each in stretches] == [2, 0, 0, 2]


def test_bars_stay_inside_their_box() -> None:
    for took, accepted in product((1, 30, 600, 7000), (1, 7, 999_999)):
        places = sorted({0, took // 2, took - 1})
        for bar in draw_bars(minutes(*places, accepted=accepted, deferred=1)).bars:
            assert BARS_LEFT <= bar.x <= bar.x + bar.width <= BARS_RIGHT
            assert TOP <= bar.y <= bar.y + bar.height <= HEIGHT - BOTTOM + 0.001


def test_what_was_not_accepted_stands_on_top_of_what_was() -> None:
    accepted, other = draw_bars(minutes(0, accepted=3, deferred=1)).bars
    assert (accepted.css_class, other.css_class) == ("bar-accepted", "bar-other")
    assert other.y + other.height == pytest.approx(accepted.y)
    assert accepted.height == pytest.approx(3 * other.height)


def test_the_first_minute_is_no_wider_than_others_and_at_the_newest_end() -> None:
    (bar,) = draw_bars(minutes(0, accepted=3)).bars
    assert bar.width < (BARS_RIGHT - BARS_LEFT) / FEWEST_PLACES
    assert bar.x > BARS_RIGHT - (BARS_RIGHT - BARS_LEFT) / FEWEST_PLACES


def test_names_under_the_bars_do_not_touch() -> None:
    for took in [1, 2, 6, 12, 39, 117, 601]:
        places = [x for x, _ in draw_bars(minutes(*sorted({0, took - 1}), accepted=1)).x_labels]
        assert places
        assert all(after - before >= NAME_WIDTH for before, after in pairwise(places))


def test_the_table_tells_the_newest_stretch_first_and_the_same_numbers() -> None:
    chart = draw_bars([*minutes(0, accepted=9, refused=1), *minutes(1, deferred=2, uncertain=1)])
    assert chart.table_rows == [("14:08", 0, 2, 0, 1), ("14:07", 9, 0, 1, 0)]
    assert [count for _, _, count in chart.key] == [9, 4]
    assert len(chart.table_head) == len(chart.table_rows[0])


def test_a_campaign_of_days_names_the_day() -> None:
    names = [text for _, text in draw_bars(minutes(0, 3 * 24 * 60, accepted=1)).x_labels]
    assert names[0].startswith("30 juin")
    assert len(names) <= 5
