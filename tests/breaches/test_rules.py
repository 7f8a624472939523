"""The 72 hours of a breach, by the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.breaches.rules import BreachClock, needs_delay_reason, notify_by, read_clock

DISCOVERED = datetime(2027, 3, 5, 17, 30, tzinfo=UTC)  # a Friday: weekends count (GDPR 33)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "clock"),
    [
        (timedelta(), BreachClock.RUNNING),
        (48 * HOUR - SECOND, BreachClock.RUNNING),
        (48 * HOUR, BreachClock.ALARM),
        (72 * HOUR - SECOND, BreachClock.ALARM),
        (72 * HOUR, BreachClock.OVERDUE),
    ],
)
def test_the_clock_counts_from_the_discovery(after: timedelta, clock: BreachClock) -> None:
    assert read_clock(DISCOVERED, DISCOVERED + after, is_decided=False) is clock


def test_a_decision_stops_the_clock() -> None:
    late = DISCOVERED + 100 * HOUR
    assert read_clock(DISCOVERED, late, is_decided=True) is BreachClock.STOPPED


def test_only_a_late_notification_needs_reasons() -> None:
    assert not needs_delay_reason(DISCOVERED, notify_by(DISCOVERED))
    assert needs_delay_reason(DISCOVERED, notify_by(DISCOVERED) + SECOND)
