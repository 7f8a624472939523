"""A relay that refuses us pauses the campaign; emails refused because of us are sent later."""

import threading
import time

import pytest
from flask import Flask

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.batches import lock_batch
from supporters.delivery.campaign_control import cancel_campaign, pause_campaign, resume_campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.ledger_repair import repair_ledger
from supporters.delivery.progress import get_progress
from supporters.delivery.relay_refusals import requeue_refused
from supporters.delivery.results import record_batch
from supporters.delivery.rules import NEARLY_ALL_REFUSED, DeliveryStatus
from supporters.people.queries import lock_subscriber
from supporters.smtp_relay.outcomes import AttemptOutcome, Stage
from supporters.smtp_relay.transport import RelayReply
from tests.factories.campaigns import (
    RecordingTransport,
    batches,
    claim,
    launch_to_addresses,
    ledger,
    reload,
    subscriber_at,
)
from tests.machinery.prepared_states import begins_with
from tests.machinery.threads import in_threads


def launch_to_sixty(_app: Flask) -> int:
    """Launch a campaign to sixty people; return its id."""
    return launch_to_many(60)


def launch_to_hundred(_app: Flask) -> int:
    """Launch a campaign to a hundred people; return its id."""
    return launch_to_many(100)


def launch_to_many(people: int) -> int:
    """Launch a campaign to this many people; return its id."""
    return launch_to_addresses(*(f"p{number:03}@example.org" for number in range(people)))


pytestmark = [pytest.mark.either_database, begins_with(launch_to_sixty)]

STATES = DeliveryStatus
FIRST, A_MOMENT = "p000@example.org", 0.5
OF_US, DEAD = (
    RelayReply(AttemptOutcome.REFUSED, "550 5.7.1"),
    RelayReply(AttemptOutcome.REFUSED, "550 5.1.1"),
)
YES = RelayReply(AttemptOutcome.ACCEPTED, "250")


@pytest.fixture
def campaign_id(app: Flask, prepared: int) -> int:
    """Return the id of the campaign that a test begins with."""
    return prepared


def relay_that(reply: RelayReply, *, first: int = 0, refuses: int = 1000) -> RecordingTransport:
    """Return a relay that gives this answer to `refuses` messages, after the first ones."""
    numbers = iter(range(100_000))
    return RecordingTransport(lambda _: reply if first <= next(numbers) < first + refuses else YES)


def statuses(campaign_id: int) -> dict[DeliveryStatus, int]:
    """Return how many emails are in each state, counted in the ledger."""
    states = [*ledger(campaign_id).values()]
    return {state: states.count(state) for state in {*states}}


def test_a_campaign_that_everybody_is_refused_of_is_paused_by_itself_and_nobody_is_refused(
    campaign_id: int,
) -> None:
    relay = relay_that(OF_US)
    send_here(relay)
    campaign = reload(campaign_id)
    assert (campaign.status, campaign.problem) == (CampaignStatus.PAUSED, "refused: 550 5.7.1")
    assert statuses(campaign_id) == {STATES.QUEUED: 60}
    assert get_progress(campaign_id).queued == 60
    assert len(relay.taken) <= 15


@pytest.mark.both_databases
def test_once_mended_and_resumed_everybody_gets_it_once(campaign_id: int) -> None:
    relay = relay_that(OF_US, first=30)
    send_here(relay)
    assert statuses(campaign_id) == {STATES.ACCEPTED: 30, STATES.QUEUED: 30}
    resume_campaign(campaign_id)
    campaign = reload(campaign_id)
    assert (campaign.problem, campaign.recent_refusals_of_us) == (None, 0)
    healthy = RecordingTransport()
    send_here(healthy)
    assert statuses(campaign_id) == {STATES.ACCEPTED: 60}
    assert len(healthy.taken) == 30
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_an_unmended_relay_holds_it_again(campaign_id: int) -> None:
    for _ in range(2):
        send_here(relay_that(OF_US))
        assert reload(campaign_id).status is CampaignStatus.PAUSED
        assert statuses(campaign_id) == {STATES.QUEUED: 60}
        resume_campaign(campaign_id)


def test_single_refusals_among_others_stay_refusals_of_the_person(campaign_id: int) -> None:
    send_here(relay_that(OF_US, first=10, refuses=2))
    assert statuses(campaign_id) == {STATES.ACCEPTED: 58, STATES.REFUSED: 2}
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_dead_mailboxes_stay_refused_when_the_relay_then_refuses_us(campaign_id: int) -> None:
    replies = iter([DEAD] * 8 + [OF_US] * 100)
    send_here(RecordingTransport(lambda _: next(replies)))
    assert reload(campaign_id).status is CampaignStatus.PAUSED
    assert statuses(campaign_id) == {STATES.REFUSED: 8, STATES.QUEUED: 52}


def test_a_third_of_dead_mailboxes_holds_nothing(campaign_id: int) -> None:
    numbers = iter(range(60))
    send_here(RecordingTransport(lambda _: DEAD if next(numbers) % 3 == 0 else YES))
    assert statuses(campaign_id) == {STATES.ACCEPTED: 40, STATES.REFUSED: 20}
    assert reload(campaign_id).status is CampaignStatus.SENT


@pytest.mark.both_databases
@begins_with(launch_to_hundred)
def test_a_relay_that_takes_every_mailbox_for_a_dead_one_is_not_believed(campaign_id: int) -> None:
    relay = relay_that(DEAD)
    send_here(relay)
    assert reload(campaign_id).problem == "refused: 550 5.1.1"
    assert statuses(campaign_id) == {STATES.QUEUED: 100}
    assert NEARLY_ALL_REFUSED <= len(relay.taken) < 90


@begins_with(launch_to_hundred)
def test_refusals_of_several_senders_add_up(campaign_id: int) -> None:
    senders = [claim(campaign_id, f"sender{number}") for number in range(4)]
    for claimed in senders:
        assert claimed is not None
        record_batch(claimed, [(to, OF_US) for to in claimed.recipients[:3]], now=clock.now())
    assert reload(campaign_id).status is CampaignStatus.PAUSED
    assert statuses(campaign_id) == {STATES.QUEUED: 100}
    assert [batch.due_at is not None for batch in batches(campaign_id)] == [True] * 5


def test_a_senders_claim_is_returned_too_when_the_campaign_is_paused(campaign_id: int) -> None:
    late = claim(campaign_id, "late")
    send_here(relay_that(OF_US))
    assert late is not None
    record_batch(late, [(to, OF_US) for to in late.recipients], now=clock.now())
    assert statuses(campaign_id) == {STATES.QUEUED: 60}


@pytest.mark.both_databases
def test_a_crash_between_holding_and_giving_back_is_mended_by_the_sweep(campaign_id: int) -> None:
    send_here(relay_that(OF_US))
    with transaction():
        db.session.execute(
            db.text("UPDATE delivery SET status='refused', reply='550', attempts=1 WHERE batch=1")
        )
        db.session.execute(db.text("UPDATE delivery_batch SET refused=size WHERE number=1"))
    repair_ledger(clock.now())
    assert statuses(campaign_id) == {STATES.QUEUED: 60}
    assert get_progress(campaign_id).refused == 0


@pytest.mark.both_databases
def test_a_campaign_paused_by_hand_is_paused_by_itself_as_well(campaign_id: int) -> None:
    claimed = claim(campaign_id)
    pause_campaign(campaign_id)
    assert claimed is not None
    record_batch(claimed, [(to, OF_US) for to in claimed.recipients], now=clock.now())
    assert reload(campaign_id).problem == "refused: 550 5.7.1"
    assert statuses(campaign_id) == {STATES.QUEUED: 60}


def test_a_cancelled_campaign_stays_cancelled(campaign_id: int) -> None:
    claimed = claim(campaign_id)
    cancel_campaign(campaign_id)
    assert claimed is not None
    record_batch(claimed, [(to, OF_US) for to in claimed.recipients], now=clock.now())
    assert reload(campaign_id).status is CampaignStatus.CANCELLED


def test_a_relay_that_refuses_every_session_pauses_the_campaign(campaign_id: int) -> None:
    relay = RecordingTransport(
        lambda _: RelayReply(AttemptOutcome.NOT_TRIED, "530 5.7.0", Stage.MAIL)
    )
    for _ in range(9):
        send_here(relay)
    assert reload(campaign_id).status is CampaignStatus.RUNNING
    send_here(relay)
    campaign = reload(campaign_id)
    assert (campaign.status, campaign.problem) == (CampaignStatus.PAUSED, "refused: 530 5.7.0")
    assert statuses(campaign_id) == {STATES.QUEUED: 60}


@begins_with(launch_to_hundred)
def test_senders_that_record_at_the_same_moment_lose_no_refusal(
    app: Flask, campaign_id: int
) -> None:
    claims = [claim(campaign_id, f"sender{number}") for number in range(5)]
    db.session.rollback()

    def record(number: int) -> None:
        with app.app_context():
            claimed = claims[number]
            assert claimed is not None
            results = [(to, OF_US) for to in claimed.recipients[:2]]
            record_batch(claimed, results, now=clock.now())
            db.session.remove()

    threads = [threading.Thread(target=record, args=[number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert reload(campaign_id).status is CampaignStatus.PAUSED
    assert statuses(campaign_id) == {STATES.QUEUED: 100}


@pytest.mark.both_databases
def test_requeueing_waits_for_an_erasure_and_never_crosswise(app: Flask, campaign_id: int) -> None:
    """An erasure locks the person, then the batches: with another order PostgreSQL ends one."""
    send_here(RecordingTransport(lambda to: OF_US if to == FIRST else YES))
    person = subscriber_at(FIRST).id
    is_held = threading.Event()

    def erase() -> None:
        with transaction():
            lock_subscriber(person)
            is_held.set()
            time.sleep(A_MOMENT)  # the other one has its first locks, or waits for ours
            lock_batch(campaign_id, batches(campaign_id)[0].number)

    def requeue() -> None:
        assert is_held.wait(60)
        requeue_refused(campaign_id, clock.now())

    in_threads(app, [erase, requeue])
    assert ledger(campaign_id)[FIRST] is STATES.QUEUED
