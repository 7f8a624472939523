"""A sender's step: its reaction to failures at each point, and its order."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from supporters.consent.models import Method
from supporters.database import DatabaseUnavailable, db
from supporters.delivery.engine.batch_sender import StepResult, send_next_batch
from supporters.delivery.engine.dispatch import Sender
from supporters.delivery.engine.send_gate import SendGate
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.rules import DeliveryStatus
from supporters.delivery.send_journal.worker_registry import worker_folder
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.smtp_relay.send_journal import SendJournal, read_journal
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    RecordingTransport,
    batches,
    claim,
    launch_to_addresses,
    ledger,
    reload,
    subscriber_at,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

ACCEPTED, QUEUED = DeliveryStatus.ACCEPTED, DeliveryStatus.QUEUED


@pytest.fixture
def sender() -> Iterator[Sender]:
    """Return a sender whose transport is in memory."""
    journal = SendJournal(worker_folder(), "sender-0")
    yield Sender(name="sender-0", transport=RecordingTransport(), journal=journal, gate=SendGate())
    journal.close()


class LostAnswers:
    """Lets the next commits succeed in the database and fail for us."""

    def __init__(self, *, skipping: int) -> None:
        self._skipping = skipping

    def __enter__(self) -> None:
        event.listen(db.session.registry(), "after_transaction_end", self._lose)

    def __exit__(self, *_: object) -> None:
        event.remove(db.session.registry(), "after_transaction_end", self._lose)

    def _lose(self, session: Session, ended: SessionTransaction) -> None:
        if ended.parent is None and session.info.get("is_open"):
            self._skipping -= 1
            if self._skipping < 0:
                raise DatabaseUnavailable("COMMIT", None, Exception("connection lost"))


def turn(campaign_id: int, sender: Sender) -> StepResult:
    """Read the send gate, and send the next batch."""
    sender.gate.refresh()
    return send_next_batch(campaign_id, sender)


def test_a_turn_sends_a_batch_and_empties_the_journal(sender: Sender) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    assert turn(campaign_id, sender) is StepResult.SENT
    assert set(ledger(campaign_id).values()) == {ACCEPTED}
    assert read_journal(worker_folder() / "sender-0.journal").batch is None


def test_a_turn_without_anything_due_ends_the_campaign(sender: Sender) -> None:
    campaign_id = launch_to_addresses(ANNA)
    send_here(RecordingTransport())
    assert turn(campaign_id, sender) is StepResult.NOTHING_DUE
    assert reload(campaign_id).status == "sent"


def test_the_step_that_settles_the_last_email_ends_the_campaign(sender: Sender) -> None:
    campaign_id = launch_to_addresses(ANNA)
    turn(campaign_id, sender)
    assert reload(campaign_id).status == "sent"


def test_a_step_whose_readers_have_all_unsubscribed_ends_the_campaign(sender: Sender) -> None:
    campaign_id = launch_to_addresses(ANNA)
    unsubscribe_from_every_list(subscriber_at(ANNA).id, Method.PAGE)
    turn(campaign_id, sender)
    assert ledger(campaign_id) == {ANNA: DeliveryStatus.SKIPPED}
    assert reload(campaign_id).status == "sent"


def test_a_claim_whose_answer_was_lost_is_released_and_sent(sender: Sender) -> None:
    campaign_id = launch_to_addresses(ANNA)
    with LostAnswers(skipping=5), pytest.raises(DatabaseUnavailable):
        turn(campaign_id, sender)
    assert batches(campaign_id)[0].claimed_by == "sender-0"
    turn(campaign_id, sender)
    assert ledger(campaign_id) == {ANNA: ACCEPTED}
    assert batches(campaign_id)[0].claimed_by is None


def test_a_step_that_spoke_to_no_relay_reports_no_old_problem(sender: Sender) -> None:
    campaign_id = launch_to_addresses(ANNA)
    sender.problem = "421"
    claim(campaign_id, "another-0")
    turn(campaign_id, sender)
    assert sender.problem == ""


def test_settling_gives_back_a_lost_claim_also_when_nothing_else_is_due(sender: Sender) -> None:
    campaign_id = launch_to_addresses(ANNA)
    claim(campaign_id, sender.name)
    sender.is_unsure = True
    sender.settle()
    assert (batches(campaign_id)[0].claimed_by, sender.is_unsure) == (None, False)


def test_a_record_whose_answer_was_lost_is_written_once(sender: Sender) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    with LostAnswers(skipping=6), pytest.raises(DatabaseUnavailable):
        turn(campaign_id, sender)
    assert sender.unrecorded is not None
    turn(campaign_id, sender)
    (batch,) = batches(campaign_id)
    assert (batch.accepted, batch.size, sender.unrecorded) == (2, 2, None)
    assert len(sender.transport.taken) == 2
