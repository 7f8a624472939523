"""A backup lacks the latest deliveries: after a restore a campaign isn't sent by itself."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.delivery.campaign_control import count_unsent, pause_campaign
from supporters.delivery.ledger_repair import repair_ledger
from supporters.delivery.rules import REVOCATION_GRACE, DeliveryStatus
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA, BORIS, claim, launch_to_addresses, ledger, reload, send

pytestmark = pytest.mark.either_database


@pytest.fixture
def running(app: Flask) -> int:
    """Return a campaign that is being sent."""
    campaign_id = launch_to_addresses(ANNA, BORIS)
    seal()
    return campaign_id


def replay(runner: FlaskCliRunner) -> str:
    """Replay the withdrawals into a restored database; return the output of the command."""
    replayed = runner.invoke(args=["rights", "replay", "--without-journal"])
    assert replayed.exit_code == 0, replayed.output
    return replayed.output


def test_a_campaign_that_ran_in_the_backup_is_not_sent_again_by_itself(
    running: int, settings: Settings, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "backup")
    assert send() == [ANNA, BORIS]
    restore_backup(settings, tmp_path / "backup")
    replay(runner)
    assert send() == []
    assert reload(running).status is CampaignStatus.PAUSED


def test_lifting_the_emergency_stop_does_not_send_it_again(
    running: int, settings: Settings, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "backup")
    assert send() == [ANNA, BORIS]
    restore_backup(settings, tmp_path / "backup")
    replay(runner)
    for command in (["delivery", "resume"], ["campaigns", "resume", str(running)]):
        runner.invoke(args=command)
    assert send() == []


def test_a_campaign_that_was_paused_in_the_backup_needs_the_same_care(
    running: int, settings: Settings, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    pause_campaign(running)
    back_up(settings, tmp_path / "backup")
    assert runner.invoke(args=["campaigns", "resume", str(running)]).exit_code == 0
    assert send() == [ANNA, BORIS]
    restore_backup(settings, tmp_path / "backup")
    replay(runner)
    refused = runner.invoke(args=["campaigns", "resume", str(running)])
    assert (refused.exit_code, "--again-to 2" in refused.output) == (1, True), refused.output


def test_claimed_batches_in_the_backup_are_settled_within_a_minute(
    running: int, settings: Settings, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    claim(running, "of-the-backup-0")
    back_up(settings, tmp_path / "backup")
    restore_backup(settings, tmp_path / "backup")
    replay(runner)
    later = clock.now() + REVOCATION_GRACE + timedelta(seconds=1)
    with time_machine.travel(later, tick=False):
        repair_ledger(clock.now())
    assert {*ledger(running).values()} == {DeliveryStatus.UNCERTAIN}
    assert count_unsent(running) == 0
