"""Progress: the states of the emails, the attempts by minute, and the time for the rest."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters import clock
from supporters.database import transaction
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.claims import claim_batch
from supporters.delivery.emergency_stop import resume_all, stop_all
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.progress import (
    AttemptsOfMinute,
    Progress,
    get_progress,
    get_rate,
    get_total_progress,
    get_total_rate,
    list_minutes,
    record_attempts,
)
from supporters.delivery.rules import DeliveryStatus
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    DEFERRED,
    RecordingTransport,
    launch_to_addresses,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
NOON = datetime(2026, 6, 30, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def moving(app: object) -> int:
    """Return a running campaign with a hundred emails answered just now."""
    campaign_id = launch_to_addresses(ANNA, BORIS)
    with transaction():
        record_attempts(campaign_id, {DeliveryStatus.ACCEPTED: 100}, clock.now())
    return campaign_id


ACCEPTED, REFUSED = DeliveryStatus.ACCEPTED, DeliveryStatus.REFUSED


def note(campaign_id: int, after: float, **attempts: int) -> None:
    """Record attempts at this many seconds after noon."""
    by_status = {DeliveryStatus(name): count for name, count in attempts.items()}
    with transaction():
        record_attempts(campaign_id, by_status, NOON + timedelta(seconds=after))


def test_the_states_add_up_to_the_audience() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    assert get_progress(campaign_id).queued == 3
    claim_batch(campaign_id, "a sender", now=clock.now())
    assert (get_progress(campaign_id).queued, get_progress(campaign_id).claimed) == (0, 3)


def test_a_deferred_email_is_neither_waiting_nor_settled() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    send_here(RecordingTransport(lambda _: DEFERRED))
    progress = get_progress(campaign_id)
    assert (progress.deferred, progress.queued, progress.settled) == (2, 0, 0)
    assert progress.seconds_left is None


def test_the_total_is_that_of_all_campaigns(moving: int) -> None:
    total = get_total_progress()
    assert (total.audience, total.rate) == (2, pytest.approx(get_total_rate(), rel=0.5))
    assert total.rate > 0


def test_a_campaign_that_moves_has_a_rate_and_an_end(moving: int) -> None:
    progress = get_progress(moving)
    assert progress.rate > 0
    assert progress.seconds_left is not None


def test_a_paused_campaign_has_no_rate(moving: int) -> None:
    pause_campaign(moving)
    assert (get_progress(moving).rate, get_progress(moving).seconds_left) == (0.0, None)


def test_while_all_is_stopped_nothing_has_a_rate(moving: int) -> None:
    stop_all()
    assert (get_progress(moving).rate, get_total_progress().rate) == (0.0, 0.0)
    resume_all(None, "Corrected.")
    assert get_progress(moving).rate > 0


def test_the_rest_takes_as_long_as_the_rate_says() -> None:
    for waiting, rate, seconds in ((600, 10.0, 60), (1, 50.0, 0), (5, 0.0, None), (0, 9.0, None)):
        assert Progress(audience=1000, queued=waiting, rate=rate).seconds_left == seconds


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
