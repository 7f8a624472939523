"""A campaign is sent when all its emails are settled and the ledger adds up, and not before."""

import pytest

from supporters.campaigns.models import CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.completion import finish_if_done
from supporters.delivery.engine.sending_engine import send_here
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    DEFERRED,
    RecordingTransport,
    claim,
    launch_to_addresses,
    reload,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


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
