"""The emergency stop stops every campaign; afterwards each goes on where it was."""

import pytest

from supporters.campaigns.models import CampaignStatus
from supporters.delivery.emergency_stop import find_stop, resume_all, stop_all
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.rules import DeliveryStatus
from supporters.mail.outbox_sender import send_due_emails
from supporters.smtp_relay.transport import RelayReply
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    launch_to_addresses,
    ledger,
    reload,
)
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def test_while_all_is_stopped_no_campaign_leaves_and_afterwards_all_do() -> None:
    campaign_id, transport = launch_to_addresses(ANNA, BORIS), RecordingTransport()
    stop_all()
    send_here(transport)
    assert transport.taken == []
    assert set(ledger(campaign_id).values()) == {DeliveryStatus.QUEUED}
    resume_all()
    send_here(transport)
    assert sorted(transport.recipients) == [ANNA, BORIS]
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_transactional_emails_are_sent_while_campaigns_are_stopped(relay: Relay) -> None:
    stop_all()
    request_to_join(CHLOE, make_list())
    send_due_emails()
    assert len(relay.mails_to(CHLOE)) == 1


def test_stopping_twice_keeps_the_time_of_the_first() -> None:
    first = stop_all()
    assert stop_all() == first == find_stop()


def test_letting_go_on_says_whether_there_was_a_stop() -> None:
    assert resume_all() is False
    stop_all()
    assert resume_all() is True
    assert find_stop() is None


def test_a_stop_in_the_middle_of_a_batch_leaves_the_rest_waiting() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)

    def accept_and_stop(_recipient: str) -> RelayReply:
        stop_all()
        return ACCEPTED

    send_here(RecordingTransport(accept_and_stop))
    resume_all()
    transport = RecordingTransport()
    send_here(transport)
    assert set(ledger(campaign_id).values()) == {DeliveryStatus.ACCEPTED}
