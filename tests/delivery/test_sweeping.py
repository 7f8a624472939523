"""The sweep recovers what dead and silent workers had in hand, and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.campaigns.rules import CampaignStatus
from supporters.delivery.engine import send_here
from supporters.delivery.journal import Journal
from supporters.delivery.progress import get_progress
from supporters.delivery.recording import record_batch
from supporters.delivery.rules import LEASE, DeliveryStatus
from supporters.delivery.sweeping import sweep
from supporters.delivery.transport import Reply
from supporters.delivery.workers import (
    REMEMBERED_FOR,
    list_dead_workers,
    list_journals,
    name_lane,
    worker_folder,
)
from tests.campaigning import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    batches,
    claim,
    launch_to,
    ledger,
    reload,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

QUEUED, UNCERTAIN = DeliveryStatus.QUEUED, DeliveryStatus.UNCERTAIN


def dead_lane(app: Flask) -> str:
    """Return a lane of a worker whose process is gone: nobody locks its file."""
    folder = Path(app.extensions["settings"].instance_dir) / "workers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gone.lock").touch()
    return "gone-0"


def test_a_dead_lane_without_a_journal_leaves_all_in_its_hand_uncertain(app: Flask) -> None:
    campaign_id = launch_to(ANNA)
    claim(campaign_id, dead_lane(app))
    sweep(clock.now())
    assert ledger(campaign_id) == {ANNA: UNCERTAIN}
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_a_claim_that_a_dead_worker_committed_last_is_found_too(app: Flask) -> None:
    campaign_id, gone = launch_to(ANNA), dead_lane(app)
    sweep(clock.now())
    claim(campaign_id, gone)
    sweep(clock.now())
    assert ledger(campaign_id) == {ANNA: UNCERTAIN}


def test_a_dead_worker_and_its_journals_are_forgotten_after_some_minutes(app: Flask) -> None:
    Journal(worker_folder(), dead_lane(app)).prepare()
    sweep(clock.now())
    assert list_journals() == ["gone-0"]
    with time_machine.travel(clock.now() + 2 * REMEMBERED_FOR, tick=False):
        sweep(clock.now())
    assert (list_dead_workers(), list_journals()) == ([], [])


def test_the_claims_of_a_living_worker_are_left_alone(app: Flask) -> None:
    campaign_id = launch_to(ANNA)
    claim(campaign_id, name_lane(0))
    dead_lane(app)
    sweep(clock.now())
    assert (ledger(campaign_id), batches(campaign_id)[0].claimed_by) == (
        {ANNA: QUEUED},
        name_lane(0),
    )


@pytest.mark.parametrize(
    ("waited", "state"),
    [(LEASE - timedelta(seconds=1), QUEUED), (LEASE + timedelta(seconds=1), UNCERTAIN)],
)
def test_a_claim_is_lost_once_its_lease_is_over(waited: timedelta, state: DeliveryStatus) -> None:
    campaign_id = launch_to(ANNA)
    claim(campaign_id, "another-machine-0")
    with time_machine.travel(clock.now() + waited, tick=False):
        sweep(clock.now())
    assert ledger(campaign_id) == {ANNA: state}


def test_a_lane_that_was_only_slow_corrects_the_sweep() -> None:
    campaign_id = launch_to(ANNA)

    def answer_after_the_lease(_recipient: str) -> Reply:
        with time_machine.travel(clock.now() + LEASE * 2, tick=False):
            sweep(clock.now())
        assert ledger(campaign_id) == {ANNA: UNCERTAIN}
        return ACCEPTED

    send_here(RecordingTransport(answer_after_the_lease))
    assert ledger(campaign_id) == {ANNA: DeliveryStatus.ACCEPTED}
    (batch,) = batches(campaign_id)
    assert (batch.accepted, batch.uncertain) == (1, 0)


def test_a_second_sweep_finds_nothing_to_do(app: Flask) -> None:
    campaign_id = launch_to(ANNA, BORIS)
    claim(campaign_id, dead_lane(app))
    sweep(clock.now())
    before = ledger(campaign_id), reload(campaign_id).finished_at
    sweep(clock.now())
    assert (ledger(campaign_id), reload(campaign_id).finished_at) == before


def test_the_states_always_add_up_to_the_audience(app: Flask) -> None:
    campaign_id = launch_to(ANNA, BORIS, CHLOE)
    for step in (
        lambda: claim(campaign_id, dead_lane(app)),
        lambda: sweep(clock.now()),
        lambda: send_here(RecordingTransport()),
    ):
        step()
        progress = get_progress(campaign_id)
        assert progress.audience == reload(campaign_id).audience == 3
        assert progress.settled + progress.queued + progress.claimed + progress.deferred == 3


def test_a_lane_that_was_taken_for_dead_gives_back_what_it_never_sent() -> None:
    campaign_id = launch_to(ANNA, BORIS)
    late = claim(campaign_id, "another-machine-0")
    assert late is not None
    with time_machine.travel(clock.now() + LEASE * 2, tick=False):
        sweep(clock.now())
    first, second = late.recipients
    record_batch(late, [(first, ACCEPTED)], now=clock.now())
    states = ledger(campaign_id)
    assert (states[first.address], states[second.address]) == (DeliveryStatus.ACCEPTED, QUEUED)
    (batch,) = batches(campaign_id)
    assert (batch.accepted, batch.uncertain, batch.due_at is not None) == (1, 0, True)
    assert reload(campaign_id).status is CampaignStatus.RUNNING


def test_what_is_recorded_late_takes_the_batch_from_nobody(app: Flask) -> None:
    campaign_id, dead = launch_to(ANNA, BORIS), dead_lane(app)
    Journal(worker_folder(), dead).prepare()
    late = claim(campaign_id, dead)
    sweep(clock.now())
    claim(campaign_id, "alive-0")
    assert late is not None
    record_batch(late, [], now=clock.now())
    assert batches(campaign_id)[0].claimed_by == "alive-0"
