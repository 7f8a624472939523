"""The log of the relay settles what a lost machine was sending, without any restore."""

from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.claims import claim_batch
from supporters.delivery.database_clock import database_time
from supporters.delivery.machines import find_machine_name, register_machine
from supporters.delivery.rules import DeliveryStatus
from supporters.delivery.send_journal.claim_recovery import recover_lost_machine
from supporters.delivery.send_journal.worker_registry import sender_name
from supporters.extensions import current_settings
from tests.factories.backup_files import command, figures
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    launch_to_addresses,
    ledger,
    reload,
    send,
    subscriber_at,
)

pytestmark = pytest.mark.either_database


@pytest.fixture
def campaign(app: Flask) -> int:
    """Return a campaign that a lost machine was sending to both people."""
    register_machine()
    campaign = launch_to_addresses(ANNA, BORIS)
    assert claim_batch(campaign, sender_name(0), now=database_time()) is not None
    recover_lost_machine(str(find_machine_name()), database_time(), clock.now())
    return campaign


def write_log(campaign: int, *addresses: str) -> str:
    """Return the log of a relay that accepted it for some people, from before until now."""
    path = current_settings().instance_dir / "mail.log"
    now = clock.now() + timedelta(seconds=1)
    lines = [f"{now - timedelta(minutes=2):%Y-%m-%dT%H:%M:%S+00:00} relay postfix/qmgr[1]: up"]
    for number, address in enumerate(addresses):
        said = f"c{campaign}.{subscriber_at(address).id}@parti.example"
        lines += [
            f"{now.isoformat()} relay postfix/cleanup[2]: 4Y{number}: message-id=<{said}>",
            f"{now.isoformat()} relay postfix/qmgr[1]: 4Y{number}: from=<x@parti.example>",
        ]
    path.write_text("\n".join([*lines, f"{now.isoformat()} relay postfix/qmgr[1]: 4Z: removed"]))
    return str(path)


@pytest.mark.both_databases
def test_who_got_it_from_a_lost_machine_is_known_and_the_others_get_it(
    app: Flask, campaign: int
) -> None:
    assert {*ledger(campaign).values()} == {DeliveryStatus.UNCERTAIN}
    pause_campaign(campaign)
    words = ["campaigns", "settle", str(campaign), "--from", write_log(campaign, ANNA)]
    tried = figures(app, *words, "--dry-run")
    assert (tried["accepted"], tried["unknown_outcome_waits"]) == (1, 1)
    assert f"flask campaigns resume {campaign}\n" in command(app, *words)[1]
    assert command(app, "campaigns", "resume", str(campaign)) == (0, "Resumed.\n")
    assert send() == [BORIS]
    assert {*ledger(campaign).values()} == {DeliveryStatus.ACCEPTED}


def test_a_campaign_that_is_being_sent_is_not_settled(app: Flask, campaign: int) -> None:
    words = ["campaigns", "settle", str(campaign), "--from", write_log(campaign, ANNA)]
    status, said = command(app, *words)
    assert (status, "campaigns pause" in said) == (1, True)
    assert {*ledger(campaign).values()} == {DeliveryStatus.UNCERTAIN}


def test_a_log_that_begins_after_the_loss_settles_nothing(app: Flask, campaign: int) -> None:
    pause_campaign(campaign)
    path = current_settings().instance_dir / "late.log"
    path.write_text(f"{clock.now() + timedelta(hours=1):%Y-%m-%dT%H:%M:%S+00:00} relay x[1]: up\n")
    words = ["campaigns", "settle", str(campaign), "--from", str(path)]
    assert "Nothing was changed" in command(app, *words)[1]
    assert reload(campaign).status is CampaignStatus.PAUSED
