"""Each email is recorded in the journal and checked before its body is sent; its answer is kept."""

import time
from collections.abc import Callable, Iterator

import pytest

from supporters.campaigns.queries import get_campaign
from supporters.consent.models import Method
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.emergency_stop import stop_all
from supporters.delivery.engine.dispatch import Dispatch, Sender
from supporters.delivery.engine.send_gate import SendGate
from supporters.delivery.message.frozen_campaign import freeze_campaign
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.delivery.send_journal.worker_registry import worker_folder
from supporters.lists.queries import get_list
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.smtp_relay import batch_sending
from supporters.smtp_relay.batch_sending import CHECK_VALID_FOR_SECONDS, CLAIM_SECONDS
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.send_journal import SendJournal, read_journal
from supporters.smtp_relay.transport import RelayReply
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    claim,
    launch_to_addresses,
    subscriber_at as person_at,
)

pytestmark = pytest.mark.usefixtures("app")

Answer = Callable[[str], RelayReply]


@pytest.fixture
def sender() -> Iterator[Sender]:
    """Return a sender whose transport is in memory."""
    journal = SendJournal(worker_folder(), "sender")
    journal.prepare()
    yield Sender(name="sender", transport=RecordingTransport(), journal=journal, gate=SendGate())
    journal.close()


def dispatch_to(sender: Sender, *addresses: str, answer: Answer = lambda _: ACCEPTED) -> Dispatch:
    """Return the dispatch of a claim to these people; the relay gives these answers."""
    claimed = claim(launch_to_addresses(*addresses))
    assert claimed is not None
    campaign = get_campaign(claimed.campaign_id)
    message = CompiledMessage(freeze_campaign(campaign, get_list(campaign.mailing_list_id)))
    sender.gate.refresh()
    sender.transport = RecordingTransport(answer)
    return Dispatch(claimed, message, sender, began=time.monotonic())


def outcomes(dispatch: Dispatch) -> list[AttemptOutcome]:
    dispatch.deliver()
    return [reply.outcome for _, reply in dispatch.results]


def test_every_email_is_tried_and_its_answer_kept(sender: Sender) -> None:
    assert outcomes(dispatch_to(sender, ANNA, BORIS)) == [AttemptOutcome.ACCEPTED] * 2


def test_the_journal_has_an_email_while_it_is_sent(sender: Sender) -> None:
    leaving = []

    def refresh(_recipient: str) -> RelayReply:
        leaving.append(read_journal(worker_folder() / "sender.journal").leaving)
        return ACCEPTED

    dispatch = dispatch_to(sender, ANNA, BORIS, answer=refresh)
    dispatch.deliver()
    assert leaving == [{to.subscriber_id} for to, _ in dispatch.results]


def pause(sender: Sender) -> None:
    pause_campaign(1)
    sender.gate.refresh()


def stop(sender: Sender) -> None:
    stop_all()
    sender.gate.refresh()


def end_worker(sender: Sender) -> None:
    sender.ending.set()


@pytest.mark.parametrize("interrupt", [pause, stop, end_worker])
def test_a_pause_the_stop_and_the_end_of_a_worker_stop_it_in_the_middle_of_a_batch(
    sender: Sender, interrupt: Callable[[Sender], None]
) -> None:
    def interrupt_then_answer(_recipient: str) -> RelayReply:
        interrupt(sender)
        return ACCEPTED

    dispatch = dispatch_to(sender, ANNA, BORIS, CHLOE, answer=interrupt_then_answer)
    assert outcomes(dispatch) == [AttemptOutcome.ACCEPTED]


def test_a_stop_keeps_the_body_of_an_email_back_that_was_begun(sender: Sender) -> None:
    dispatch = dispatch_to(sender, ANNA)
    first = next(dispatch._list_messages())
    stop_all()
    sender.gate.refresh()
    assert not dispatch.before_body(first)


def test_a_claim_that_has_grown_old_begins_no_email(sender: Sender) -> None:
    dispatch = dispatch_to(sender, ANNA)
    dispatch.began -= CLAIM_SECONDS
    assert outcomes(dispatch) == []


def test_a_person_who_left_while_the_relay_was_slow_gets_nothing(sender: Sender) -> None:
    dispatch = dispatch_to(sender, ANNA, BORIS)
    people = {to.address: to for to in dispatch._claim.recipients}
    mails = dispatch._list_messages()
    first = next(mails)
    dispatch.began -= CHECK_VALID_FOR_SECONDS
    unsubscribe_from_every_list(person_at(first.recipient).id, Method.ONE_CLICK)
    assert not dispatch.before_body(first)
    dispatch.on_reply(first, RelayReply(AttemptOutcome.NOT_TRIED, ""))
    assert dispatch.results == [(people[first.recipient], RelayReply(AttemptOutcome.NOT_TRIED, ""))]


def test_a_person_who_stayed_while_the_relay_was_slow_gets_the_email(sender: Sender) -> None:
    dispatch = dispatch_to(sender, ANNA)
    first = next(dispatch._list_messages())
    dispatch.began -= CHECK_VALID_FOR_SECONDS
    assert dispatch.before_body(first)


def test_a_check_whose_answer_took_too_long_does_not_count(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch = dispatch_to(sender, ANNA)
    first = next(dispatch._list_messages())
    monkeypatch.setattr(batch_sending, "CHECK_VALID_FOR_SECONDS", 0.0)
    assert not dispatch.before_body(first)


def test_a_journal_that_can_not_be_written_keeps_every_body_back(sender: Sender) -> None:
    dispatch = dispatch_to(sender, ANNA, BORIS)
    sender.journal.close()
    assert outcomes(dispatch) == []
    assert dispatch.problem.startswith("journal: ")


def test_an_unexpected_error_leaves_the_email_being_sent_uncertain(sender: Sender) -> None:
    def break_down(recipient: str) -> RelayReply:
        raise RuntimeError

    dispatch = dispatch_to(sender, ANNA, BORIS, answer=break_down)
    with pytest.raises(RuntimeError):
        dispatch.deliver()
    assert [reply.outcome for _, reply in dispatch.results] == [AttemptOutcome.UNCERTAIN]
