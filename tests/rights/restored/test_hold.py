"""All sending that rests on a restored database waits until an owner says it is the right one."""

import dataclasses
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from supporters import clock, create_app
from supporters.campaigns.rules import CampaignStatus
from supporters.config import Settings
from supporters.consent.log.keeping import heads_file
from supporters.consent.log.sealing import seal
from supporters.database import db
from supporters.delivery.engine.threads import send_here
from supporters.delivery.hold import find_hold, hold_sending
from supporters.delivery.machines import MachineThread, join_database, machine_file
from supporters.delivery.models import DeliveryControl, Machine
from supporters.delivery.rules import HoldReason
from supporters.mail.models import Letter, LetterKind, LetterStatus
from supporters.mail.sending import send_due_letters
from supporters.signup.importing.asking import ask_next
from tests.builders import ask, make_list, make_owner, make_subscriber
from tests.campaigning import ANNA, BORIS, RecordingTransport, launch_to, reload
from tests.importing import csv_of, invited
from tests.relay import Relay
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import press

pytestmark = pytest.mark.both_databases

LIFT = "/console/sending/hold"
OWNER = "owner@parti.example"
REASON = "The officer's newest head agrees."


def lift(runner: FlaskCliRunner, *more: str) -> tuple[int, str]:
    """Lift the hold from a shell."""
    lifted = runner.invoke(args=["delivery", "lift-hold", "--by", OWNER, "--reason", REASON, *more])
    db.session.rollback()
    return lifted.exit_code, lifted.output


def send() -> list[str]:
    """Let a worker send what is due; return whom mail went to."""
    transport = RecordingTransport()
    send_here(transport)
    return sorted(transport.recipients)


def test_hold_pauses_what_is_sent_and_lets_letters_leave(app: Flask, relay: Relay) -> None:
    campaign_id = launch_to(ANNA)
    ask(BORIS, make_list("lyon", "Lyon"))
    assert hold_sending(HoldReason.RESTORED)
    send_due_letters()
    assert len(relay.mails_to(BORIS)) == 1
    assert send() == []
    held = reload(campaign_id)
    assert (held.status, held.restored_at is not None) == (CampaignStatus.PAUSED, True)


def test_campaign_that_is_launched_while_sending_is_paused_by_itself_waits(app: Flask) -> None:
    hold_sending(HoldReason.RESTORED)
    launch_to(ANNA)
    assert send() == []


def test_invitations_in_the_outbox_wait_for_the_end_of_the_hold(
    app: Flask, runner: FlaskCliRunner, relay: Relay
) -> None:
    invited(csv_of("former@example.net,,"))
    ask_next(clock.now())
    make_owner(OWNER)
    letter = db.session.scalars(
        db.select(Letter).where(Letter.kind == LetterKind.RE_PERMISSION)
    ).one()
    hold_sending(HoldReason.RESTORED)
    send_due_letters()
    assert (relay.mails_to("former@example.net"), letter.status) == ([], LetterStatus.QUEUED)
    assert lift(runner)[0] == 0
    send_due_letters()
    assert len(relay.mails_to("former@example.net")) == 1


def test_letting_go_of_the_emergency_stop_lifts_no_hold(app: Flask, runner: FlaskCliRunner) -> None:
    hold_sending(HoldReason.RESTORED)
    said = runner.invoke(args=["delivery", "resume"])
    assert "held" in said.output
    launch_to(ANNA)
    assert send() == []


def test_owner_lifts_the_hold_and_the_rest_is_sent_on_purpose(
    app: Flask, runner: FlaskCliRunner
) -> None:
    make_owner(OWNER)
    campaign_id = launch_to(ANNA, BORIS)
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


def test_head_that_the_database_lacks_keeps_the_hold(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    make_owner(OWNER)
    make_subscriber(ANNA, make_list())
    seal()
    kept = tmp_path / "mail.eml"
    kept.write_bytes(heads_file().read_bytes())
    hold_sending(HoldReason.RESTORED)
    forget_newest_head()
    heads_file().unlink()
    status, words = lift(runner, "--head", str(kept))
    assert (status, "rights replay --from" in words) == (1, True), words
    assert find_hold() is not None


def forget_newest_head() -> None:
    """Let the database be as before the last sealing."""
    for table in ("log_head", "log_tile"):
        db.session.execute(db.text(f"DELETE FROM {table}"))
    db.session.execute(db.text("UPDATE log_entry SET position = NULL"))
    db.session.commit()


def test_folder_that_kept_a_head_which_the_database_lacks_keeps_the_hold(
    app: Flask, runner: FlaskCliRunner
) -> None:
    make_owner(OWNER)
    make_subscriber(ANNA, make_list())
    seal()
    hold_sending(HoldReason.OLDER)
    forget_newest_head()
    status, words = lift(runner)
    assert (status, "rights replay" in words) == (1, True), words
    assert find_hold() is not None


def test_status_and_doctor_say_why_and_what_to_do(app: Flask, runner: FlaskCliRunner) -> None:
    campaign_id = launch_to(ANNA)
    hold_sending(HoldReason.UNKNOWN)
    for command in (["delivery", "status"], ["campaigns", "status", str(campaign_id)], ["doctor"]):
        said = runner.invoke(args=command).output
        assert "flask delivery lift-hold" in said, command
    said = runner.invoke(args=["campaigns", "status", str(campaign_id)]).output
    assert "log tells" in said
    figures = json.loads(runner.invoke(args=["delivery", "status", "--json"]).output)
    assert figures["held_because"] == "unknown"


# The machine and its database


def test_first_start_on_an_empty_database_is_not_held(app: Flask) -> None:
    assert join_database() is None
    assert find_hold() is None


def test_upgraded_machine_that_kept_its_heads_is_not_held(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    assert not machine_file().exists()
    assert join_database() is None


def test_machine_without_heads_holds_a_database_that_has_some(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    heads_file().unlink()
    assert join_database() is HoldReason.UNKNOWN
    assert find_hold() is not None
    assert join_database() is None  # it is known now; the hold stays
    assert find_hold() is not None


def test_machine_without_heads_joins_while_a_known_one_is_at_work(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    join_database()
    known = MachineThread(app)
    known.start()
    (tmp_path / "new").mkdir()
    new = create_app(dataclasses.replace(settings, instance_dir=tmp_path / "new"))
    with new.app_context():
        why = join_database()
        db.session.remove()
        db.engine.dispose()
    known.end()
    assert (why, find_hold()) == (None, None)


def test_machine_that_was_at_work_in_the_backup_is_no_witness(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    join_database()
    (tmp_path / "new").mkdir()
    new = create_app(dataclasses.replace(settings, instance_dir=tmp_path / "new"))
    with new.app_context():
        assert join_database() is HoldReason.UNKNOWN
        db.session.remove()
        db.engine.dispose()


def test_machine_that_knows_more_than_the_database_holds_it(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    join_database()
    db.session.execute(db.delete(Machine))
    db.session.commit()
    assert join_database() is HoldReason.OLDER


def test_machine_that_comes_back_after_the_hold_was_lifted_is_not_held(
    app: Flask, runner: FlaskCliRunner
) -> None:
    make_owner(OWNER)
    make_subscriber(ANNA, make_list())
    seal()
    join_database()
    kept = machine_file().read_bytes()
    db.session.execute(db.delete(Machine))
    db.session.commit()
    hold_sending(HoldReason.RESTORED)
    assert lift(runner)[0] == 0
    machine_file().write_bytes(kept)
    assert join_database() is None


def test_unreadable_machine_file_is_as_none(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    for text in ("", "{", "[]", '{"name": 3}', '{"name": "a", "seen_at": "2026-01-01T00:00:00"}'):
        machine_file().write_text(text)
        assert join_database() is None, text


# The console


def test_owner_lifts_it_in_the_console(owner_client: FlaskClient) -> None:
    campaign_id = launch_to(ANNA, BORIS, subject="Samedi")
    hold_sending(HoldReason.RESTORED)
    speak_english(owner_client)
    for page in ("/console/", "/console/campaigns", f"/console/campaigns/{campaign_id}"):
        assert "All sending is held" in owner_client.get(page).text, page
    asked = owner_client.get(LIFT).text
    assert "Samedi" in asked
    assert find_hold() is not None
    assert press(owner_client, LIFT).status_code == 422
    assert press(owner_client, LIFT, reason=REASON, head="no head").status_code == 422
    assert find_hold() is not None
    page = followed(owner_client, press(owner_client, LIFT, reason=REASON))
    assert "All sending is held" not in page
    assert find_hold() is None
    assert reload(campaign_id).status is CampaignStatus.PAUSED


def test_organiser_sees_the_hold_and_cannot_lift_it(organiser_client: FlaskClient) -> None:
    hold_sending(HoldReason.RESTORED)
    speak_english(organiser_client)
    assert "An owner of this console can lift the hold" in organiser_client.get("/console/").text
    assert organiser_client.get(LIFT).status_code == 403
    assert post(organiser_client, LIFT, reason=REASON).status_code == 403
    assert find_hold() is not None


def test_restored_campaign_goes_on_once_its_number_is_typed(owner_client: FlaskClient) -> None:
    campaign_id = launch_to(ANNA, BORIS)
    hold_sending(HoldReason.RESTORED)
    press(owner_client, LIFT, reason=REASON)
    speak_english(owner_client)
    path = f"/console/campaigns/{campaign_id}"
    assert "these figures don’t know who got the message" in owner_client.get(path).text
    asked = post(owner_client, f"{path}/resume")
    assert str(asked.location).endswith(f"{path}/resume-restored")
    wrong = press(owner_client, f"{path}/resume-restored", recipients="1")
    assert (wrong.status_code, send()) == (422, [])
    press(owner_client, f"{path}/resume-restored", recipients="2")
    assert send() == [ANNA, BORIS]
    assert reload(campaign_id).restored_at is None


def test_lifting_needs_a_password_typed_lately(owner_client: FlaskClient) -> None:
    hold_sending(HoldReason.RESTORED)
    with owner_client.session_transaction() as session:
        session["fs_paa"] = (clock.now().timestamp()) - 3600
    assert "/console/password" in str(owner_client.get(LIFT).location)
