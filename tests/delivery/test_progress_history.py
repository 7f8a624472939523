"""The history of a campaign: attempts by minute, and the recent rate."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.database import transaction
from supporters.delivery.progress import AttemptsOfMinute, get_rate, list_minutes, record_attempts
from supporters.delivery.rules import DeliveryStatus
from tests.factories.campaigns import ANNA, launch_to_addresses

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

NOON = datetime(2026, 6, 30, 12, 0, 5, tzinfo=UTC)
ACCEPTED, REFUSED = DeliveryStatus.ACCEPTED, DeliveryStatus.REFUSED


def note(campaign_id: int, after: float, **attempts: int) -> None:
    """Record attempts at this many seconds after noon."""
    by_status = {DeliveryStatus(name): count for name, count in attempts.items()}
    with transaction():
        record_attempts(campaign_id, by_status, NOON + timedelta(seconds=after))


def test_attempts_of_a_minute_are_added_up() -> None:
    campaign_id = launch_to_addresses(ANNA)
    note(campaign_id, 0, accepted=20, refused=1)
    note(campaign_id, 1, accepted=5, deferred=2)
    note(campaign_id, 50, accepted=3, uncertain=1)
    note(campaign_id, 200, accepted=4)
    start = NOON.replace(second=0)
    assert list_minutes(campaign_id) == [
        AttemptsOfMinute(started_at=start, accepted=28, deferred=2, refused=1, uncertain=1),
        AttemptsOfMinute(started_at=start + timedelta(minutes=3), accepted=4),
    ]


def test_a_campaign_that_sent_nothing_has_no_history() -> None:
    campaign_id = launch_to_addresses(ANNA)
    note(campaign_id, 0)
    assert (list_minutes(campaign_id), get_rate(campaign_id, NOON)) == ([], 0.0)


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    campaign_id = launch_to_addresses(ANNA)
    for after in range(0, 300, 10):
        note(campaign_id, after, accepted=90, refused=10)
    now = NOON + timedelta(seconds=295)
    assert get_rate(campaign_id, now) == pytest.approx(10, rel=0.1)


def test_the_rate_of_a_start_is_not_thinned_by_the_time_before() -> None:
    campaign_id = launch_to_addresses(ANNA)
    note(campaign_id, 0, accepted=100)
    note(campaign_id, 5, accepted=100)
    assert get_rate(campaign_id, NOON + timedelta(seconds=5)) == pytest.approx(20)


def test_a_campaign_without_progress_has_no_rate() -> None:
    campaign_id = launch_to_addresses(ANNA)
    note(campaign_id, 0, accepted=100)
    assert get_rate(campaign_id, NOON + timedelta(minutes=2)) == 0.0
