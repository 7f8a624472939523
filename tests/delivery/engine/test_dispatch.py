"""Each email is recorded in the journal and checked before its body is sent; its answer is kept."""

import time
from collections.abc import Callable, Iterator

import pytest

from supporters.campaigns.queries import get_campaign
from supporters.consent.models import Method
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.emergency_stop import stop_all
from supporters.delivery.engine.dispatch import Dispatch, Lane
from supporters.delivery.engine.send_gate import Watch
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.delivery.relay.transport import Reply
from supporters.delivery.rules import CLAIM_TIME, SURE_FOR, Outcome
from supporters.delivery.send_journal.journal_files import Journal, read_journal
from supporters.delivery.send_journal.worker_registry import worker_folder
from supporters.lists.queries import get_list
from supporters.lists.subscriptions import leave_every_list
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    claim,
    launch_to,
)
from tests.factories.campaigns import subscriber_at as person_at

pytestmark = pytest.mark.usefixtures("app")

Answer = Callable[[str], Reply]


@pytest.fixture
def lane() -> Iterator[Lane]:
    """Return a sender whose transport is in memory."""
    journal = Journal(worker_folder(), "lane")
    journal.prepare()
    yield Lane(name="lane", transport=RecordingTransport(), journal=journal, watch=Watch())
    journal.close()


def dispatch_to(lane: Lane, *addresses: str, answer: Answer = lambda _: ACCEPTED) -> Dispatch:
    """Return the dispatch of a claim to these people; the relay gives these answers."""
    claimed = claim(launch_to(*addresses))
    assert claimed is not None
    campaign = get_campaign(claimed.campaign_id)
    message = CompiledMessage(campaign, get_list(campaign.mailing_list_id))
    lane.watch.look()
    lane.transport = RecordingTransport(answer)
    return Dispatch(claimed, message, lane, began=time.monotonic())


def outcomes(dispatch: Dispatch) -> list[Outcome]:
    """Deliver, and return the result of each attempt."""
    dispatch.deliver()
    return [reply.outcome for _, reply in dispatch.results]


def test_every_email_is_tried_and_its_answer_kept(lane: Lane) -> None:
    assert outcomes(dispatch_to(lane, ANNA, BORIS)) == [Outcome.ACCEPTED] * 2


def test_the_journal_has_an_email_while_it_is_sent(lane: Lane) -> None:
    leaving = []

    def look(_recipient: str) -> Reply:
        batch = read_journal(worker_folder(), "lane")
        leaving.append(batch and batch.leaving)
        return ACCEPTED

    dispatch = dispatch_to(lane, ANNA, BORIS, answer=look)
    dispatch.deliver()
    assert leaving == [to.subscriber_id for to, _ in dispatch.results]


def test_a_pause_stops_it_in_the_middle_of_a_batch(lane: Lane) -> None:
    def pause_then_answer(_recipient: str) -> Reply:
        pause_campaign(1)
        lane.watch.look()
        return ACCEPTED

    dispatch = dispatch_to(lane, ANNA, BORIS, CHLOE, answer=pause_then_answer)
    assert outcomes(dispatch) == [Outcome.ACCEPTED]


def test_the_stop_stops_it_in_the_middle_of_a_batch(lane: Lane) -> None:
    def stop_then_answer(_recipient: str) -> Reply:
        stop_all()
        lane.watch.look()
        return ACCEPTED

    assert outcomes(dispatch_to(lane, ANNA, BORIS, answer=stop_then_answer)) == [Outcome.ACCEPTED]


def test_a_worker_that_ends_stops_it_in_the_middle_of_a_batch(lane: Lane) -> None:
    def end_then_answer(_recipient: str) -> Reply:
        lane.ending.set()
        return ACCEPTED

    assert outcomes(dispatch_to(lane, ANNA, BORIS, answer=end_then_answer)) == [Outcome.ACCEPTED]


def test_a_claim_that_has_grown_old_begins_no_email(lane: Lane) -> None:
    dispatch = dispatch_to(lane, ANNA)
    dispatch._began -= CLAIM_TIME.total_seconds()
    assert outcomes(dispatch) == []


def test_a_person_who_left_while_the_relay_was_slow_gets_nothing(lane: Lane) -> None:
    dispatch = dispatch_to(lane, ANNA, BORIS)
    people = {to.address: to for to in dispatch._claim.recipients}
    mails = dispatch._mails()
    first = next(mails)
    dispatch._began -= SURE_FOR.total_seconds()
    leave_every_list(person_at(first.recipient).id, Method.ONE_CLICK)
    assert not dispatch.may_leave(first)
    dispatch.learns(first, Reply(Outcome.NOT_TRIED, ""))
    assert dispatch.results == [(people[first.recipient], Reply(Outcome.NOT_TRIED, ""))]


def test_a_person_who_stayed_while_the_relay_was_slow_gets_the_email(lane: Lane) -> None:
    dispatch = dispatch_to(lane, ANNA)
    first = next(dispatch._mails())
    dispatch._began -= SURE_FOR.total_seconds()
    assert dispatch.may_leave(first)


def test_a_journal_that_can_not_be_written_keeps_every_body_back(lane: Lane) -> None:
    dispatch = dispatch_to(lane, ANNA, BORIS)
    lane.journal.close()
    assert outcomes(dispatch) == []
    assert dispatch.trouble.startswith("journal: ")


def test_an_unexpected_error_leaves_the_email_being_sent_uncertain(lane: Lane) -> None:
    def break_down(recipient: str) -> Reply:
        raise RuntimeError

    dispatch = dispatch_to(lane, ANNA, BORIS, answer=break_down)
    with pytest.raises(RuntimeError):
        dispatch.deliver()
    assert [reply.outcome for _, reply in dispatch.results] == [Outcome.UNCERTAIN]
