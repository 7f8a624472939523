"""A machine finds out whether it knows its database."""

import dataclasses
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import create_app
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.delivery.machines import MachineThread, machine_file, register_machine
from supporters.delivery.models import Machine
from supporters.delivery.restore_hold import find_hold, hold_sending
from supporters.delivery.rules import HoldReason
from supporters.transparency_log.checkpoint_store import checkpoints_file
from tests.factories.accounts import make_owner
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.either_database

OWNER = "owner@parti.example"


def lift(runner: FlaskCliRunner, *more: str) -> tuple[int, str]:
    """Lift the hold from a shell."""
    lifted = runner.invoke(
        args=["delivery", "lift-hold", "--by", OWNER, "--reason", "known", *more]
    )
    db.session.rollback()
    return lifted.exit_code, lifted.output


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
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
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
