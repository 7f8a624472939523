"""The repair recovers the claims of dead and silent workers, and nothing else."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.database import transaction
from supporters.delivery.claims import may_still_send
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.ledger_repair import repair_ledger
from supporters.delivery.progress import get_progress
from supporters.delivery.results import record_batch
from supporters.delivery.rules import (
    LEASE,
    RETRIES,
    REVOCATION_GRACE,
    SMALLEST_BATCH,
    DeliveryStatus,
)
from supporters.delivery.send_journal.claim_recovery import recover_dead_workers
from supporters.delivery.send_journal.worker_registry import (
    REMEMBERED_FOR,
    list_dead_workers,
    list_journals,
    sender_name,
    worker_folder,
)
from supporters.smtp_relay.send_journal import CUT_OFF, SendJournal
from supporters.smtp_relay.transport import RelayReply
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    DEFERRED,
    RecordingTransport,
    batches,
    claim,
    launch_to_addresses,
    ledger,
    reload,
)
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

QUEUED, UNCERTAIN = DeliveryStatus.QUEUED, DeliveryStatus.UNCERTAIN


def dead_sender(app: Flask) -> str:
    """Return a sender of a worker whose process is gone: nobody locks its file."""
    folder = Path(app.extensions["settings"].instance_dir) / "workers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gone.lock").touch()
    return "gone-0"


def test_a_dead_sender_without_a_journal_leaves_its_claim_uncertain(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA)
    claim(campaign_id, dead_sender(app))
    repair_ledger(clock.now())
    assert ledger(campaign_id) == {ANNA: UNCERTAIN}
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_a_claim_that_a_dead_worker_committed_last_is_found_too(app: Flask) -> None:
    campaign_id, gone = launch_to_addresses(ANNA), dead_sender(app)
    repair_ledger(clock.now())
    claim(campaign_id, gone)
    repair_ledger(clock.now())
    assert ledger(campaign_id) == {ANNA: UNCERTAIN}


@pytest.mark.both_databases
def test_the_audience_that_a_dead_worker_verified_is_verified_anew_at_once(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA)
    with transaction():
        reload(campaign_id).audience_check_began_at = clock.now()
    repair_ledger(clock.now())
    assert claim(campaign_id) is None  # the one who verifies may live
    dead_sender(app)
    repair_ledger(clock.now())
    send_here(RecordingTransport())
    assert ledger(campaign_id) == {ANNA: DeliveryStatus.ACCEPTED}


def test_a_dead_worker_and_its_journals_are_deleted_after_some_minutes(app: Flask) -> None:
    SendJournal(worker_folder(), dead_sender(app)).prepare()
    repair_ledger(clock.now())
    assert list_journals() == ["gone-0"]
    with time_machine.travel(clock.now() + 2 * REMEMBERED_FOR, tick=False):
        repair_ledger(clock.now())
    assert (list_dead_workers(), list_journals()) == ([], [])


def test_the_claims_of_a_living_worker_are_left_alone(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA)
    claim(campaign_id, sender_name(0))
    dead_sender(app)
    repair_ledger(clock.now())
    assert (ledger(campaign_id), batches(campaign_id)[0].claimed_by) == (
        {ANNA: QUEUED},
        sender_name(0),
    )


def sweep_after(waited: timedelta) -> None:
    """Repair after some time, and again when the grace of a revoked claim is over."""
    with time_machine.travel(clock.now() + waited, tick=False) as later:
        repair_ledger(clock.now())
        later.shift(REVOCATION_GRACE + timedelta(seconds=1))
        repair_ledger(clock.now())


@pytest.mark.parametrize(
    ("waited", "state"),
    [(LEASE - 2 * REVOCATION_GRACE, QUEUED), (LEASE + timedelta(seconds=1), UNCERTAIN)],
)
def test_a_claim_is_lost_once_its_lease_is_over(waited: timedelta, state: DeliveryStatus) -> None:
    campaign_id = launch_to_addresses(ANNA)
    claim(campaign_id, "another-machine-0")
    sweep_after(waited)
    assert ledger(campaign_id) == {ANNA: state}


def test_a_claim_is_revoked_before_it_is_lost() -> None:
    campaign_id = launch_to_addresses(ANNA)
    held = claim(campaign_id, "another-machine-0")
    assert held is not None
    anna = held.recipients[0].subscriber_id
    assert may_still_send(held, anna, clock.now())
    with time_machine.travel(clock.now() + 2 * LEASE, tick=False):
        repair_ledger(clock.now())
    (batch,) = batches(campaign_id)
    assert (batch.claimed_by, ledger(campaign_id)) == ("another-machine-0", {ANNA: QUEUED})
    assert not may_still_send(held, anna, clock.now())


def test_a_sender_records_a_claim_that_was_only_revoked() -> None:
    campaign_id = launch_to_addresses(ANNA)
    held = claim(campaign_id, "another-machine-0")
    assert held is not None
    with time_machine.travel(clock.now() + 2 * LEASE, tick=False):
        repair_ledger(clock.now())
    record_batch(held, [(held.recipients[0], ACCEPTED)], now=clock.now())
    assert ledger(campaign_id) == {ANNA: DeliveryStatus.ACCEPTED}
    assert batches(campaign_id)[0].revoked_at is None


def test_a_claim_that_another_sender_holds_by_now_lets_no_email_leave() -> None:
    campaign_id = launch_to_addresses(ANNA)
    held = claim(campaign_id, "another-machine-0")
    assert held is not None
    sweep_after(2 * LEASE)
    assert not may_still_send(held, held.recipients[0].subscriber_id, clock.now())


def test_a_sender_that_was_only_slow_corrects_the_repair() -> None:
    campaign_id = launch_to_addresses(ANNA)

    def answer_after_the_lease(_recipient: str) -> RelayReply:
        sweep_after(2 * LEASE)
        assert ledger(campaign_id) == {ANNA: UNCERTAIN}
        return ACCEPTED

    send_here(RecordingTransport(answer_after_the_lease))
    assert ledger(campaign_id) == {ANNA: DeliveryStatus.ACCEPTED}
    (batch,) = batches(campaign_id)
    assert (batch.accepted, batch.uncertain) == (1, 0)


def test_a_second_sweep_finds_nothing_to_do(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    claim(campaign_id, dead_sender(app))
    repair_ledger(clock.now())
    before = ledger(campaign_id), reload(campaign_id).finished_at
    repair_ledger(clock.now())
    assert (ledger(campaign_id), reload(campaign_id).finished_at) == before


def test_the_states_always_add_up_to_the_audience(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    for step in (
        lambda: claim(campaign_id, dead_sender(app)),
        lambda: repair_ledger(clock.now()),
        lambda: send_here(RecordingTransport()),
    ):
        step()
        progress = get_progress(campaign_id)
        assert progress.audience == reload(campaign_id).audience == 3
        assert progress.settled + progress.queued + progress.claimed + progress.deferred == 3


def test_a_sender_that_was_taken_for_dead_returns_unsent_emails() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    late = claim(campaign_id, "another-machine-0")
    assert late is not None
    sweep_after(2 * LEASE)
    first, second = late.recipients
    record_batch(late, [(first, ACCEPTED)], now=clock.now())
    states = ledger(campaign_id)
    assert (states[first.address], states[second.address]) == (DeliveryStatus.ACCEPTED, QUEUED)
    (batch,) = batches(campaign_id)
    assert (batch.accepted, batch.uncertain, batch.due_at is not None) == (1, 0, True)
    assert reload(campaign_id).status is CampaignStatus.RUNNING


def test_a_late_record_takes_the_batch_from_no_sender(app: Flask) -> None:
    campaign_id, dead = launch_to_addresses(ANNA, BORIS), dead_sender(app)
    SendJournal(worker_folder(), dead).prepare()
    late = claim(campaign_id, dead)
    repair_ledger(clock.now())
    claim(campaign_id, "alive-0")
    assert late is not None
    record_batch(late, [], now=clock.now())
    assert batches(campaign_id)[0].claimed_by == "alive-0"


@pytest.mark.both_databases
def test_dead_senders_that_several_recover_at_once_are_recovered_once(app: Flask) -> None:
    people = [f"p{number:03}@example.org" for number in range(8 * SMALLEST_BATCH)]
    campaign_id = launch_to_addresses(*people)
    dead_sender(app)
    for number in range(8):
        kill_while_sending(campaign_id, f"gone-{number}")
    at_once(app, lambda: recover_dead_workers(clock.now()), workers=3)
    states = Counter(ledger(campaign_id).values())
    assert states == {UNCERTAIN: 8, QUEUED: len(people) - 8}
    assert sum(batch.uncertain for batch in batches(campaign_id)) == 8


def kill_while_sending(campaign_id: int, sender: str) -> None:
    """Leave the state of a sender that is killed while the body of its first message is sent."""
    journal, held = SendJournal(worker_folder(), sender), claim(campaign_id, sender)
    assert held is not None
    journal.prepare()
    journal.begin(campaign_id, held.batch, [to.subscriber_id for to in held.recipients])
    journal.record_intent(held.recipients[0].subscriber_id)
    journal.close()


def test_a_second_recovery_leaves_what_is_uncertain_alone(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    kill_while_sending(campaign_id, dead_sender(app))
    for _ in range(2):
        recover_dead_workers(clock.now())
    assert Counter(ledger(campaign_id).values()) == {UNCERTAIN: 1, QUEUED: 1}


@pytest.mark.both_databases
def test_an_earlier_uncertain_result_stays_when_a_later_claim_is_recorded_twice() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    first = claim(campaign_id, "sender-0")
    assert first is not None
    lost, deferred = first.recipients
    record_batch(first, [(lost, CUT_OFF), (deferred, DEFERRED)], now=clock.now())
    with time_machine.travel(clock.now() + RETRIES[0], tick=False):
        second = claim(campaign_id, "sender-0")
        assert second is not None
        for _ in range(2):
            record_batch(second, [(second.recipients[0], ACCEPTED)], now=clock.now())
    assert ledger(campaign_id)[lost.address] is UNCERTAIN


@pytest.mark.parametrize("rest", ["", "batch 9 9 1\n"])
def test_after_a_power_failure_a_journal_that_knows_nothing_of_the_claim_tells_nothing(
    app: Flask, rest: str
) -> None:
    campaign_id, sender = launch_to_addresses(ANNA, BORIS), dead_sender(app)
    (worker_folder() / f"{sender}.journal").write_text(f"journal 1 another-boot\n{rest}")
    claim(campaign_id, sender)
    recover_dead_workers(clock.now())
    assert {*ledger(campaign_id).values()} == {UNCERTAIN}


def test_what_the_journal_says_of_another_batch_tells_nothing_of_the_same_person(
    app: Flask,
) -> None:
    campaign_id, sender = launch_to_addresses(ANNA), dead_sender(app)
    held = claim(campaign_id, sender)
    assert held is not None
    anna = held.recipients[0].subscriber_id
    journal = SendJournal(worker_folder(), sender)
    journal.prepare()
    journal.begin(campaign_id + 1, 1, [anna])
    journal.record_intent(anna)
    journal.record_reply(anna, ACCEPTED)
    journal.flush()
    recover_dead_workers(clock.now())
    assert ledger(campaign_id) == {ANNA: QUEUED}
