"""Pausing, resuming, cancelling and stopping campaigns, and the end of one when all is settled."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters.actors import Actor, ActorKind, acting_as
from supporters.campaigns.models import CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryNotice
from supporters.delivery.campaign_control import (
    ControlResult,
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from supporters.delivery.completion import finish_if_done
from supporters.delivery.emergency_stop import find_resumption, find_stop, resume_all, stop_all
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.rules import DeliveryStatus
from supporters.extensions import queue
from supporters.mail.outbox_sender import send_due_emails
from supporters.smtp_relay.transport import RelayReply
from tests.factories.accounts import make_owner
from tests.factories.approvals import notices
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    DEFERRED,
    RecordingTransport,
    claim,
    delivery_to,
    launch_to_addresses,
    ledger,
    reload,
)
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
Order = Callable[[int], ControlResult]


def settle_but_keep_running() -> int:
    """Return a running campaign whose emails are all accepted."""
    campaign_id = launch_to_addresses(ANNA, BORIS)
    send_here(RecordingTransport())
    alter("UPDATE campaign SET status = 'running', finished_at = NULL")
    return campaign_id


def alter(statement: str) -> None:
    """Change the ledger beside the engine."""
    with transaction():
        db.session.execute(db.text(statement))


def test_a_running_campaign_pauses_and_goes_on() -> None:
    campaign_id = launch_to_addresses(ANNA)
    assert pause_campaign(campaign_id) is ControlResult.DONE
    assert reload(campaign_id).status is CampaignStatus.PAUSED
    assert resume_campaign(campaign_id) is ControlResult.DONE
    assert reload(campaign_id).status is CampaignStatus.RUNNING


def test_a_resumed_campaign_is_sent_to_the_end(relay: Relay) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    pause_campaign(campaign_id)
    send_here()
    assert all(status is DeliveryStatus.QUEUED for status in ledger(campaign_id).values())
    resume_campaign(campaign_id)
    send_here()
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_a_campaign_whose_last_emails_left_while_it_was_paused_ends_when_resumed() -> None:
    campaign_id = launch_to_addresses(ANNA)

    def accept_while_it_is_paused(recipient: str) -> RelayReply:
        pause_campaign(campaign_id)
        return ACCEPTED

    send_here(RecordingTransport(accept_while_it_is_paused))
    assert reload(campaign_id).status is CampaignStatus.PAUSED
    assert resume_campaign(campaign_id) is ControlResult.DONE
    assert reload(campaign_id).status is CampaignStatus.SENT


@pytest.mark.parametrize("before", [None, pause_campaign])
def test_a_cancelled_campaign_skips_unsent_emails(before: Order | None) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    if before:
        before(campaign_id)
    assert cancel_campaign(campaign_id) is ControlResult.DONE
    queue.run_all()
    assert set(ledger(campaign_id).values()) == {DeliveryStatus.SKIPPED}
    assert reload(campaign_id).finished_at is not None


def test_cancelling_leaves_the_batches_of_senders_alone() -> None:
    campaign_id = launch_to_addresses(ANNA)
    claim(campaign_id)
    cancel_campaign(campaign_id)
    queue.run_all()
    assert delivery_to(campaign_id, ANNA).status is DeliveryStatus.QUEUED


@pytest.mark.parametrize("order", [pause_campaign, resume_campaign, cancel_campaign])
def test_a_draft_cannot_be_moved(order: Order) -> None:
    campaign_id = make_campaign(make_list()).id
    assert order(campaign_id) is ControlResult.NOT_NOW
    assert reload(campaign_id).status is CampaignStatus.DRAFT


@pytest.mark.parametrize("order", [pause_campaign, resume_campaign, cancel_campaign])
def test_an_ended_campaign_cannot_be_moved(relay: Relay, order: Order) -> None:
    campaign_id = launch_to_addresses(ANNA)
    send_here()
    assert order(campaign_id) is ControlResult.NOT_NOW
    assert reload(campaign_id).status is CampaignStatus.SENT


@pytest.mark.parametrize("order", [pause_campaign, cancel_campaign])
def test_the_same_order_twice_changes_nothing_the_second_time(order: Order) -> None:
    campaign_id = launch_to_addresses(ANNA)
    order(campaign_id)
    status = reload(campaign_id).status
    assert order(campaign_id) is ControlResult.NOT_NOW
    assert reload(campaign_id).status is status


@pytest.mark.parametrize("order", [pause_campaign, resume_campaign, cancel_campaign])
def test_a_campaign_that_is_gone_cannot_be_moved(order: Order) -> None:
    assert order(404) is ControlResult.UNKNOWN


def test_while_all_is_stopped_no_campaign_leaves_and_afterwards_all_do() -> None:
    campaign_id, transport = launch_to_addresses(ANNA, BORIS), RecordingTransport()
    stop_all()
    send_here(transport)
    assert transport.taken == []
    assert set(ledger(campaign_id).values()) == {DeliveryStatus.QUEUED}
    resume_all(None, "Corrected.")
    send_here(transport)
    assert sorted(transport.recipients) == [ANNA, BORIS]
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_transactional_emails_are_sent_while_campaigns_are_stopped(relay: Relay) -> None:
    stop_all()
    request_to_join(CHLOE, make_list())
    send_due_emails()
    assert len(relay.mails_to(CHLOE)) == 1


@pytest.mark.both_databases
def test_stopping_twice_keeps_the_time_and_the_author_of_the_first() -> None:
    owner = make_owner()
    with acting_as(Actor(ActorKind.ACCOUNT, owner.id)):
        first = stop_all("A wrong link.")
    stop = find_stop()
    assert stop_all("Again.") == first
    assert find_stop() == stop
    assert stop is not None
    assert (stop.since, stop.by_id, stop.because) == (first, owner.id, "A wrong link.")


@pytest.mark.both_databases
def test_letting_go_on_says_whether_there_was_a_stop() -> None:
    assert resume_all(None, "Corrected.") is False
    stop_all()
    assert resume_all(None, "Corrected.") is True
    assert find_stop() is None
    assert find_resumption() is not None


@pytest.mark.both_databases
def test_owners_and_officer_are_told_of_a_stop_and_of_its_end() -> None:
    owner = make_owner()
    stop_all("A wrong link.")
    resume_all(owner.id, "Corrected.")
    told = {DeliveryNotice.SENDING_STOPPED.value, DeliveryNotice.SENDING_RESUMED.value}
    assert {kind for address, kind in notices() if address == owner.email} == told


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "change",
    [
        "stopped_by_id = NULL, stopped_because = 'no stop'",
        "resumed_at = NULL, resumed_because = 'never'",
    ],
)
def test_no_author_or_reason_stands_without_its_moment(change: str) -> None:
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text(f"UPDATE delivery_control SET {change}"))


def test_a_stop_in_the_middle_of_a_batch_leaves_the_rest_waiting() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)

    def accept_and_stop(_recipient: str) -> RelayReply:
        stop_all()
        return ACCEPTED

    send_here(RecordingTransport(accept_and_stop))
    resume_all(None, "Corrected.")
    transport = RecordingTransport()
    send_here(transport)
    assert set(ledger(campaign_id).values()) == {DeliveryStatus.ACCEPTED}


def test_a_campaign_whose_emails_are_settled_is_sent() -> None:
    campaign_id = settle_but_keep_running()
    assert finish_if_done(campaign_id)
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_a_campaign_is_only_ended_once() -> None:
    campaign_id = settle_but_keep_running()
    assert [finish_if_done(campaign_id) for _ in range(2)] == [True, False]


def test_a_waiting_or_claimed_or_deferred_email_keeps_it_running() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    assert not finish_if_done(campaign_id)
    send_here(RecordingTransport(lambda to: DEFERRED if to == ANNA else ACCEPTED))
    assert not finish_if_done(campaign_id)
    assert reload(campaign_id).status is CampaignStatus.RUNNING


def test_a_claimed_batch_keeps_it_running() -> None:
    campaign_id = launch_to_addresses(ANNA)
    claim(campaign_id)
    assert not finish_if_done(campaign_id)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("DELETE FROM delivery WHERE subscriber_id = (SELECT max(id) FROM subscriber)", "1 rows"),
        ("UPDATE campaign SET audience = 3", "2 rows for 3 people"),
        ("UPDATE delivery SET status = 'refused'", "0 accepted, counted 2"),
        ("UPDATE delivery_batch SET accepted = 1", "2 accepted, counted 1"),
        ("UPDATE delivery SET status = 'queued'", "0 accepted, counted 2"),
    ],
)
def test_a_ledger_that_does_not_add_up_is_not_called_sent_and_says_why(
    damage: str, why: str
) -> None:
    campaign_id = settle_but_keep_running()
    alter(damage)
    assert not finish_if_done(campaign_id)
    campaign = reload(campaign_id)
    assert campaign.status is CampaignStatus.RUNNING
    assert str(campaign.problem).startswith("ledger: ")
    assert why in str(campaign.problem)
