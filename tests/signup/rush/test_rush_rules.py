"""A spike is twenty times the usual, and never a few emails."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.signup.rush.rules import (
    FEWEST_EMAILS,
    QUIET_AFTER_RELEASE,
    is_quiet_time,
    is_under_way,
    most_emails,
)

NOW = datetime(2026, 11, 28, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("same_hours", "most"),
    [
        ([], FEWEST_EMAILS),
        ([0] * 14, FEWEST_EMAILS),
        ([120] * 14, FEWEST_EMAILS),  # ten in five minutes
        ([240] * 14, 400),
        ([240] * 13 + [100_000], 400),  # the evening of a broadcast is no usual evening
    ],
)
def test_a_spike_is_twenty_times_the_usual_of_the_hour(same_hours: list[int], most: int) -> None:
    assert most_emails(same_hours) == most


def test_an_event_raises_the_number() -> None:
    assert most_emails([240] * 14, broadcast_factor=50) == 20_000


def test_nothing_is_held_again_for_some_hours_after_a_release() -> None:
    assert not is_quiet_time(None, NOW)
    assert is_quiet_time(NOW, NOW + timedelta(hours=5))
    assert not is_quiet_time(NOW, NOW + QUIET_AFTER_RELEASE)


def test_an_event_begins_and_ends_by_itself() -> None:
    hour = timedelta(hours=1)
    moments = [NOW - hour, NOW, NOW + hour, NOW + 2 * hour]
    assert [is_under_way(NOW, NOW + 2 * hour, each) for each in moments] == [
        *(False, True),
        *(True, False),
    ]
