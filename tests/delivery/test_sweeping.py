"""The sweep repairs what dead workers and lost jobs left behind, and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.campaigns.rules import CampaignStatus
from supporters.delivery.claiming import claim_batch
from supporters.delivery.queries import get_progress
from supporters.delivery.rules import LEASE, QUIET_PERIOD, DeliveryStatus, Outcome
from supporters.delivery.sending import send_batch
from supporters.delivery.steering import pause_campaign
from supporters.delivery.sweeping import sweep
from supporters.delivery.transport import Reply
from supporters.delivery.workers import REMEMBERED_FOR, current_worker, list_dead_workers
from supporters.extensions import queue
from tests.campaigning import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    launch_to,
    ledger,
    reload,
)
from tests.relay import Relay

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

CLAIMED, UNCERTAIN = DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN
QUEUED, ACCEPTED_STATE = DeliveryStatus.QUEUED, DeliveryStatus.ACCEPTED


def dead_worker(app: Flask) -> str:
    """Return the name of a worker whose process is gone: nobody locks its file."""
    folder = Path(app.extensions["settings"].instance_dir) / "workers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gone.lock").touch()
    return "gone"


def test_the_claims_of_a_dead_worker_become_uncertain(app: Flask) -> None:
    campaign_id = launch_to(ANNA)
    claim_batch(campaign_id, 1, dead_worker(app))
    sweep()
    assert ledger(campaign_id) == {ANNA: UNCERTAIN}
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_a_claim_that_a_dead_worker_committed_last_is_found_too(app: Flask) -> None:
    campaign_id, gone = launch_to(ANNA), dead_worker(app)
    sweep()
    claim_batch(campaign_id, 1, gone)
    sweep()
    assert ledger(campaign_id) == {ANNA: UNCERTAIN}


def test_a_dead_worker_is_forgotten_after_some_minutes(app: Flask) -> None:
    dead_worker(app)
    sweep()
    with time_machine.travel(clock.now() + 2 * REMEMBERED_FOR, tick=False):
        sweep()
    assert list_dead_workers() == []


def test_the_claims_of_a_living_worker_are_left_alone(app: Flask) -> None:
    campaign_id = launch_to(ANNA)
    claim_batch(campaign_id, 1, current_worker())
    dead_worker(app)
    sweep()
    assert ledger(campaign_id) == {ANNA: CLAIMED}


@pytest.mark.parametrize(
    ("waited", "state"),
    [(LEASE - timedelta(seconds=1), CLAIMED), (LEASE + timedelta(seconds=1), UNCERTAIN)],
)
def test_a_claim_is_lost_once_its_lease_is_over(waited: timedelta, state: DeliveryStatus) -> None:
    campaign_id = launch_to(ANNA)
    claim_batch(campaign_id, 1, "worker of another machine")
    with time_machine.travel(clock.now() + waited, tick=False):
        sweep()
    assert ledger(campaign_id) == {ANNA: state}


def test_a_worker_that_was_only_slow_corrects_the_sweep() -> None:
    campaign_id = launch_to(ANNA)

    def answer_after_the_lease(_recipient: str) -> Reply:
        with time_machine.travel(clock.now() + LEASE * 2, tick=False):
            sweep()
        return ACCEPTED

    send_batch(campaign_id, 1, RecordingTransport(answer_after_the_lease))
    assert ledger(campaign_id) == {ANNA: ACCEPTED_STATE}


def test_a_campaign_whose_jobs_were_lost_is_started_again(relay: Relay) -> None:
    campaign_id = launch_to(ANNA, BORIS)
    queue.open().flush()
    sweep()
    queue.run_all()
    assert ledger(campaign_id) == {ANNA: ACCEPTED_STATE, BORIS: ACCEPTED_STATE}


def test_a_campaign_that_is_worked_on_is_not_started_twice() -> None:
    campaign_id = launch_to(ANNA, BORIS)
    given_back = Reply(Outcome.NOT_TRIED, "")
    send_batch(
        campaign_id, 1, RecordingTransport(lambda to: ACCEPTED if to == ANNA else given_back)
    )
    queue.open().flush()
    sweep()
    assert (ledger(campaign_id)[BORIS], len(queue.open())) == (QUEUED, 0)


def test_after_a_quiet_time_it_is_started_again(relay: Relay) -> None:
    campaign_id = launch_to(ANNA, BORIS, CHLOE)
    relay.on_mail = lambda sender: "421 busy"
    queue.run_all()
    relay.reset()
    with time_machine.travel(clock.now() + QUIET_PERIOD + timedelta(seconds=1), tick=False):
        sweep()
        queue.run_all()
    assert set(ledger(campaign_id).values()) == {ACCEPTED_STATE}


def test_a_paused_campaign_is_left_alone() -> None:
    campaign_id = launch_to(ANNA)
    pause_campaign(campaign_id)
    queue.open().flush()
    sweep()
    assert (len(queue.open()), reload(campaign_id).status) == (0, CampaignStatus.PAUSED)


def test_a_second_sweep_finds_nothing_to_do(app: Flask) -> None:
    campaign_id = launch_to(ANNA, BORIS)
    claim_batch(campaign_id, 1, dead_worker(app))
    sweep()
    before = ledger(campaign_id), reload(campaign_id).finished_at
    sweep()
    assert (ledger(campaign_id), reload(campaign_id).finished_at) == before


def test_the_states_always_add_up_to_the_audience(app: Flask) -> None:
    campaign_id = launch_to(ANNA, BORIS, CHLOE)
    for step in (
        lambda: claim_batch(campaign_id, 1, dead_worker(app)),
        sweep,
        lambda: send_batch(campaign_id, 1, RecordingTransport()),
    ):
        step()
        progress = get_progress(campaign_id)
        assert progress.audience == reload(campaign_id).audience == 3
