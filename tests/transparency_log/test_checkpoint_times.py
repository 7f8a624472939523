"""The times of checkpoints only increase: a clock that is set back makes no consent look older."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.audit.checkpoint_comparison import (
    ComparisonResult,
    compare_checkpoint,
    compare_last_checkpoint,
)
from supporters.audit.log_verification import verify
from supporters.cli.log_findings import look_at_log
from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.evidence.evidence_disclosure import disclose_lookup
from supporters.transparency_log.cached_tree import open_tree
from supporters.transparency_log.checkpoint_store import checkpoints_file, find_external_checkpoint
from supporters.transparency_log.checkpoints import read_checkpoint, sign_checkpoint
from supporters.transparency_log.log_records import signing_key
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import ClockWentBack, log_origin
from tests.factories.campaigns import ANNA, BORIS, CHLOE
from tests.factories.consent.consent_log import count_unsealed
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import always_made_once

pytestmark = pytest.mark.both_databases

HOUR = timedelta(hours=1)


@always_made_once
def record(app: Flask) -> None:
    """Make a log of two checkpoints, and a subscriber whose events wait for sealing."""
    mailing_list = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)
        seal()
    make_subscriber(CHLOE, mailing_list)


def newest() -> LogCheckpoint:
    checkpoint = find_latest_checkpoint()
    assert checkpoint is not None
    return checkpoint


def insert_checkpoint(size: int, signed_at: datetime) -> None:
    """Insert a checkpoint with any time, signed with our key."""
    root = open_tree(size).get_root()
    checkpoint = sign_checkpoint(
        signing_key(), origin=log_origin(), size=size, root=root, sealed_at=signed_at
    )
    with transaction():
        db.session.merge(
            LogCheckpoint(size=size, root=root, sealed_at=signed_at, checkpoint=checkpoint)
        )


def words() -> list[str]:
    """Return the faults that the verification reports."""
    return [str(each) for each in verify(clock.now()).faults]


def test_nothing_is_sealed_when_the_clock_was_set_back() -> None:
    before, waiting = newest(), count_unsealed()
    with clock.pretend(before.sealed_at - HOUR), pytest.raises(ClockWentBack):
        seal()
    assert (newest().size, count_unsealed()) == (before.size, waiting)
    assert seal() == waiting


def test_a_clock_that_is_some_seconds_behind_takes_the_last_time() -> None:
    before = newest()
    with clock.pretend(before.sealed_at - timedelta(seconds=4)):
        assert seal() > 0
    assert (newest().size > before.size, newest().sealed_at) == (True, before.sealed_at)


def test_the_doctor_says_that_the_clock_is_behind() -> None:
    with clock.pretend(newest().sealed_at - HOUR):
        found = look_at_log()
    assert found.state == "wrong"
    assert "clock" in found.words


def test_evidence_is_available_while_the_clock_is_behind() -> None:
    with clock.pretend(newest().sealed_at - HOUR):
        made = disclose_lookup(asked_by="dpo@parti.example", reason="A complaint")
    assert made.id > 0


def test_a_checkpoint_older_than_a_smaller_one_is_reported() -> None:
    checkpoint = newest()
    insert_checkpoint(checkpoint.size, checkpoint.sealed_at - 24 * HOUR)
    assert any("time went back" in each for each in words())


def test_an_inserted_checkpoint_is_reported_as_stored_by_no_machine() -> None:
    checkpoint = newest()
    insert_checkpoint(checkpoint.size - 1, checkpoint.sealed_at - 24 * HOUR)
    report = verify(clock.now())
    assert any("time went back" in str(each) for each in report.faults)
    assert [each.row for each in report.notes if "file of this machine" in each.what] == [
        str(checkpoint.size - 1)
    ]


def test_a_checkpoint_with_another_time_in_the_file_is_reported() -> None:
    checkpoint = newest()
    insert_checkpoint(checkpoint.size, checkpoint.sealed_at + timedelta(seconds=1))
    assert any("another time" in each for each in words())


def test_checkpoints_of_another_machine_are_a_note_and_no_fault() -> None:
    lines = checkpoints_file().read_bytes().splitlines(keepends=True)
    checkpoints_file().write_bytes(lines[-1])
    report = verify(clock.now())
    assert report.faults == []
    assert [str(each) for each in report.notes if "1 of the checkpoints" in each.what]


def test_comparing_finds_a_larger_checkpoint_of_an_earlier_time() -> None:
    external = find_external_checkpoint()
    assert external is not None
    seal()
    insert_checkpoint(newest().size, datetime.fromisoformat(external.sealed_at) - HOUR)
    assert compare_checkpoint(external).verdict is ComparisonResult.OUT_OF_TIME


def test_the_worker_start_finds_a_checkpoint_of_an_earlier_time() -> None:
    lines = checkpoints_file().read_bytes()
    seal()
    checkpoints_file().write_bytes(lines)
    insert_checkpoint(newest().size, newest().sealed_at - HOUR)
    comparison = compare_last_checkpoint()
    assert comparison is not None
    assert comparison.verdict is ComparisonResult.OUT_OF_TIME


def test_the_command_reports_that_times_went_back(runner: FlaskCliRunner, tmp_path: Path) -> None:
    checkpoint = newest()
    (tmp_path / "mail.txt").write_text(checkpoint.checkpoint, encoding="utf-8")
    assert (
        read_checkpoint(checkpoint.checkpoint, signing_key().public_key()).size == checkpoint.size
    )
    insert_checkpoint(checkpoint.size - 1, checkpoint.sealed_at + 24 * HOUR)
    compared = runner.invoke(args=["consent", "head", "--compare", str(tmp_path / "mail.txt")])
    assert (compared.exit_code, "out of order" in compared.output) == (1, True)
