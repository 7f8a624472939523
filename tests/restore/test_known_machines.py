"""A machine knows its database; a restoration holds sending until an owner acknowledges it."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock, create_app
from supporters.audit.restorations import list_unacknowledged, record_restoration
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.record_models import Restoration
from supporters.database import db, transaction
from supporters.delivery import machines
from supporters.delivery.log_watch import hold_if_log_alarms
from supporters.delivery.machines import MachineThread, machine_file, register_machine
from supporters.delivery.models import Machine
from supporters.delivery.restore_hold import LiftHoldError, find_hold, hold_sending, lift_hold
from supporters.delivery.rules import HoldReason
from supporters.extensions import current_encryptor
from supporters.people.data_keys import reencrypt_data_keys
from supporters.people.models import DataKey
from supporters.retention.old_records import purge_audit_events
from supporters.transparency_log.checkpoint_store import checkpoints_file, find_external_checkpoint
from supporters.transparency_log.log_birth import BIRTH, find_birth_fault
from supporters.transparency_log.models import LogCheckpoint, LogEntry, LogTile
from tests.factories.accounts import make_owner
from tests.factories.campaigns import ANNA, BORIS
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.both_databases
OWNER = "owner@parti.example"
DAY = timedelta(days=1)


def lift(runner: FlaskCliRunner, *more: str) -> tuple[int, str]:
    """Lift the hold from a shell."""
    lifted = runner.invoke(
        args=["delivery", "lift-hold", "--by", OWNER, "--reason", "known", *more]
    )
    db.session.rollback()
    return lifted.exit_code, lifted.output


@pytest.fixture
def size(app: Flask) -> int:
    """Seal two people one after the other; take the log back to the first, as a backup has it."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    seal()
    before = db.session.scalars(db.select(LogCheckpoint.size)).one()
    make_subscriber(BORIS, mailing_list)
    seal()
    with transaction():
        db.session.execute(db.delete(LogEntry).where(LogEntry.position >= before))
        db.session.execute(db.delete(LogCheckpoint).where(LogCheckpoint.size > before))
        tile = db.session.scalars(db.select(LogTile)).one()
        tile.hashes = tile.hashes[: 32 * before]
    return before


def record() -> Restoration:
    """Record that a backup was restored, as `rights replay` does."""
    lost = find_external_checkpoint()
    assert lost is not None
    with transaction():
        return record_restoration(lost.text, 0, clock.now())


def test_first_start_on_an_empty_database_is_not_held(app: Flask) -> None:
    assert register_machine() is None
    assert find_hold() is None


def test_upgraded_machine_that_kept_its_checkpoints_is_not_held(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    assert not machine_file().exists()
    assert register_machine() is None


def test_machine_without_checkpoints_holds_a_database_that_has_some(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    checkpoints_file().unlink()
    assert register_machine() is HoldReason.UNKNOWN
    assert find_hold() is not None
    assert register_machine() is None  # the machine is known now; the hold stays
    assert find_hold() is not None


def test_machine_without_checkpoints_joins_while_a_known_one_is_at_work(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    register_machine()
    known = MachineThread(app)
    known.start()
    (tmp_path / "new").mkdir()
    new = create_app(dataclasses.replace(settings, instance_dir=tmp_path / "new"))
    with new.app_context():
        why = register_machine()
        db.session.remove()
        db.engine.dispose()
    known.end()
    assert (why, find_hold()) == (None, None)


def test_machine_that_was_at_work_in_the_backup_is_no_witness(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "OTHERS_SHOW_WITHIN_SECONDS", 1.0)
    make_subscriber(ANNA, make_list())
    seal()
    register_machine()
    (tmp_path / "new").mkdir()
    new = create_app(dataclasses.replace(settings, instance_dir=tmp_path / "new"))
    with new.app_context():
        assert register_machine() is HoldReason.UNKNOWN
        db.session.remove()
        db.engine.dispose()


def test_machine_that_knows_more_than_the_database_holds_it(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    register_machine()
    db.session.execute(db.delete(Machine))
    db.session.commit()
    assert register_machine() is HoldReason.OLDER


def test_machine_that_comes_back_after_the_hold_was_lifted_is_not_held(
    app: Flask, runner: FlaskCliRunner
) -> None:
    make_owner(OWNER)
    make_subscriber(ANNA, make_list())
    seal()
    register_machine()
    kept = machine_file().read_bytes()
    db.session.execute(db.delete(Machine))
    db.session.commit()
    hold_sending(HoldReason.RESTORED)
    assert lift(runner)[0] == 0
    machine_file().write_bytes(kept)
    assert register_machine() is None


def test_unreadable_machine_file_is_as_none(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    for text in ("", "{", "[]", '{"name": 3}', '{"name": "a", "seen_at": "2026-01-01T00:00:00"}'):
        machine_file().write_text(text)
        assert register_machine() is None, text


def test_a_log_that_lacks_the_last_checkpoint_of_the_machine_holds_all_sending(size: int) -> None:
    assert hold_if_log_alarms() is HoldReason.OLDER
    assert find_hold() is not None


def test_a_restoration_holds_all_sending_until_an_owner_acknowledges_it(size: int) -> None:
    owner = make_owner()
    restoration_id = record().id
    seal()
    assert hold_if_log_alarms() is HoldReason.RESTORED
    assert lift_hold(owner.id, "A disk broke.") is LiftHoldError.RESTORATION_NOT_ACKNOWLEDGED
    lift_hold(owner.id, "A disk broke.", acknowledged=[restoration_id])
    assert (hold_if_log_alarms(), list_unacknowledged()) == (None, [])


def test_an_acknowledgement_outlives_the_retention_of_the_audit_log(size: int) -> None:
    owner = make_owner()
    restoration_id = record().id
    hold_if_log_alarms()
    lift_hold(owner.id, "A disk broke.", acknowledged=[restoration_id])
    with clock.pretend(clock.now() + 800 * DAY):
        purge_audit_events(365, clock.now())
        assert list_unacknowledged() == []


def test_an_owner_can_not_lift_the_hold_of_a_log_that_began_again(size: int) -> None:
    with transaction():
        db.session.execute(db.delete(LogCheckpoint))
    checkpoints_file().unlink()
    assert hold_if_log_alarms() is HoldReason.BEGUN_AGAIN
    assert lift_hold(make_owner().id, "All is well.") is LiftHoldError.LOG_BEGUN_AGAIN


def test_the_seal_of_the_birth_is_renewed_with_the_other_keys(size: int) -> None:
    before = db.session.get_one(DataKey, BIRTH).encrypted
    reencrypt_data_keys()
    db.session.expire_all()
    after = db.session.get_one(DataKey, BIRTH).encrypted
    assert (before == after, find_birth_fault()) == (False, "")
    assert current_encryptor().decrypt(after) == current_encryptor().decrypt(before)
