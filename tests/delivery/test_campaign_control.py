"""Pausing, resuming and cancelling a campaign, each in every state."""

from collections.abc import Callable

import pytest

from supporters.campaigns.models import CampaignStatus
from supporters.delivery.campaign_control import (
    ControlResult,
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.rules import DeliveryStatus
from supporters.extensions import queue
from supporters.smtp_relay.transport import RelayReply
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    RecordingTransport,
    claim,
    delivery_to,
    launch_to_addresses,
    ledger,
    reload,
)
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

Order = Callable[[int], ControlResult]


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
