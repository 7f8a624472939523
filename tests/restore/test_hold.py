"""After a restore, campaigns and invitations wait until an owner confirms the backup."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.campaigns.models import CampaignStatus, VersionEnd
from supporters.campaigns.versions import find_newest_version
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.delivery.campaign_control import count_unsent, pause_campaign
from supporters.delivery.emergency_stop import resume_all
from supporters.delivery.ledger_repair import repair_ledger
from supporters.delivery.models import DeliveryControl
from supporters.delivery.restore_hold import find_hold, hold_sending
from supporters.delivery.rules import REVOCATION_GRACE, DeliveryStatus, HoldReason
from supporters.imports.invitation_mails import send_next_invitations
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from supporters.transparency_log.checkpoint_store import checkpoints_file
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.approvals import make_approved, make_approver
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA, BORIS, claim, launch_to_addresses, ledger, reload, send
from tests.factories.consent.consent_log import forget_birth
from tests.factories.drafts import make_campaign
from tests.factories.imports import csv_of, invited
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.servers.relay import Relay

pytestmark = pytest.mark.either_database
LIFT = "/console/sending/hold"
OWNER = "owner@parti.example"
REASON = "The officer's newest head agrees."


def lift(runner: FlaskCliRunner, *more: str) -> tuple[int, str]:
    """Lift the hold from a shell."""
    lifted = runner.invoke(args=["delivery", "lift-hold", "--by", OWNER, "--reason", REASON, *more])
    db.session.rollback()
    return lifted.exit_code, lifted.output


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


def test_hold_pauses_campaigns_and_lets_transactional_emails_leave(
    app: Flask, relay: Relay
) -> None:
    campaign_id = launch_to_addresses(ANNA)
    request_to_join(BORIS, make_list("lyon", "Lyon"))
    assert hold_sending(HoldReason.RESTORED)
    send_due_emails()
    assert len(relay.mails_to(BORIS)) == 1
    assert send() == []
    held = reload(campaign_id)
    assert (held.status, held.restored_at is not None) == (CampaignStatus.PAUSED, True)


def test_campaign_that_is_launched_while_sending_is_paused_by_itself_waits(app: Flask) -> None:
    hold_sending(HoldReason.RESTORED)
    launch_to_addresses(ANNA)
    assert send() == []


def test_invitations_in_the_outbox_wait_for_the_end_of_the_hold(
    app: Flask, runner: FlaskCliRunner, relay: Relay
) -> None:
    invited(csv_of("former@example.net,,"))
    send_next_invitations(clock.now())
    make_owner(OWNER)
    email = db.session.scalars(
        db.select(OutboxEmail).where(OutboxEmail.kind == EmailKind.INVITATION)
    ).one()
    hold_sending(HoldReason.RESTORED)
    send_due_emails()
    assert (relay.mails_to("former@example.net"), email.status) == ([], EmailStatus.QUEUED)
    assert lift(runner)[0] == 0
    send_due_emails()
    assert len(relay.mails_to("former@example.net")) == 1


def test_lifting_the_emergency_stop_lifts_no_hold(app: Flask, runner: FlaskCliRunner) -> None:
    hold_sending(HoldReason.RESTORED)
    order = ["delivery", "resume", "--by", make_owner(OWNER).email, "--reason", REASON]
    said = runner.invoke(args=order)
    assert "held" in said.output
    launch_to_addresses(ANNA)
    assert send() == []


def test_owner_lifts_the_hold_and_resumes_the_rest(app: Flask, runner: FlaskCliRunner) -> None:
    make_owner(OWNER)
    campaign_id = launch_to_addresses(ANNA, BORIS)
    hold_sending(HoldReason.RESTORED)
    assert lift(runner)[0] == 0
    control = db.session.scalars(db.select(DeliveryControl)).one()
    assert (control.lifted_because, control.lifted_at is not None) == (REASON, True)
    assert send() == []
    again = ["campaigns", "resume", str(campaign_id), "--again-to"]
    assert runner.invoke(args=[*again, "3"]).exit_code == 1
    assert send() == []
    assert runner.invoke(args=[*again, "2"]).exit_code == 0
    assert send() == [ANNA, BORIS]


def test_only_an_owner_lifts_it(app: Flask, runner: FlaskCliRunner) -> None:
    hold_sending(HoldReason.RESTORED)
    status, words = lift(runner)
    assert (status, "Only an owner" in words) == (1, True)
    assert find_hold() is not None


def test_checkpoint_that_the_database_lacks_keeps_the_hold(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    make_owner(OWNER)
    make_subscriber(ANNA, make_list())
    seal()
    kept = tmp_path / "mail.eml"
    kept.write_bytes(checkpoints_file().read_bytes())
    hold_sending(HoldReason.RESTORED)
    forget_newest_checkpoint()
    checkpoints_file().unlink()
    status, words = lift(runner, "--head", str(kept))
    assert (status, "rights replay --from" in words) == (1, True), words
    assert find_hold() is not None


def forget_newest_checkpoint() -> None:
    """Put the database into the state before the last sealing."""
    for table in ("log_checkpoint", "log_tile"):
        db.session.execute(db.text(f"DELETE FROM {table}"))
    db.session.execute(db.text("UPDATE log_entry SET position = NULL"))
    db.session.commit()
    with transaction():
        forget_birth()


@pytest.mark.both_databases
def test_folder_with_a_checkpoint_that_the_database_lacks_keeps_the_hold(
    app: Flask, runner: FlaskCliRunner
) -> None:
    make_owner(OWNER)
    make_subscriber(ANNA, make_list())
    seal()
    hold_sending(HoldReason.OLDER)
    forget_newest_checkpoint()
    status, words = lift(runner)
    assert (status, "rights replay" in words) == (1, True), words
    assert find_hold() is not None


@pytest.mark.both_databases
def test_status_and_doctor_explain_the_hold(app: Flask, runner: FlaskCliRunner) -> None:
    campaign_id = launch_to_addresses(ANNA)
    hold_sending(HoldReason.UNKNOWN)
    for command in (["delivery", "status"], ["campaigns", "status", str(campaign_id)], ["doctor"]):
        said = runner.invoke(args=command).output
        assert "flask delivery lift-hold" in said, command
    said = runner.invoke(args=["campaigns", "status", str(campaign_id)]).output
    assert "log knows" in said
    figures = json.loads(runner.invoke(args=["delivery", "status", "--json"]).output)
    assert figures["held_because"] == "unknown"


@pytest.mark.both_databases
@pytest.mark.usefixtures("app")
def test_a_restored_backup_voids_what_was_approved_and_did_not_leave_yet() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    campaign_id = make_campaign(mailing_list).id
    make_approved(campaign_id, make_organiser(), make_approver())
    hold_sending(HoldReason.RESTORED)
    newest = find_newest_version(campaign_id)
    assert newest is not None
    assert (reload(campaign_id).status, newest.ended_because) == ("draft", VersionEnd.RESTORED)


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
    resume_all(None, REASON)
    runner.invoke(args=["campaigns", "resume", str(running)])
    assert send() == []


@pytest.mark.both_databases
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
