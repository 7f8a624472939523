"""Progress: the states of the emails, their rate, and the time for the rest."""

import pytest

from supporters import clock
from supporters.database import transaction
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.claims import claim_batch
from supporters.delivery.emergency_stop import resume_all, stop_all
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.progress import (
    Progress,
    get_progress,
    get_total_progress,
    get_total_rate,
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


@pytest.fixture
def moving(app: object) -> int:
    """Return a running campaign with a hundred emails answered just now."""
    campaign_id = launch_to_addresses(ANNA, BORIS)
    with transaction():
        record_attempts(campaign_id, {DeliveryStatus.ACCEPTED: 100}, clock.now())
    return campaign_id


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
    resume_all()
    assert get_progress(moving).rate > 0


@pytest.mark.parametrize(
    ("waiting", "rate", "seconds"), [(600, 10.0, 60), (1, 50.0, 0), (5, 0.0, None), (0, 9.0, None)]
)
def test_the_rest_takes_as_long_as_the_rate_says(
    waiting: int, rate: float, seconds: int | None
) -> None:
    assert Progress(audience=1000, queued=waiting, rate=rate).seconds_left == seconds
