"""After a restored backup is replayed, the worker starts and the verification finds no fault."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters.audit.checkpoint_comparison import ComparisonResult, compare_last_checkpoint
from supporters.audit.restorations import list_unacknowledged
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.record_models import ErasureReason
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.leaf_store import leaves_file
from supporters.transparency_log.tree_sealing import log_origin
from tests.factories.accounts import make_owner
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA, BORIS, CHLOE
from tests.factories.consent.consent_log import acknowledge_restorations
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.either_database
OWNER = "owner@parti.example"


def last_verdict() -> ComparisonResult:
    """Return the comparison that a worker makes at its start."""
    comparison = compare_last_checkpoint()
    assert comparison is not None
    return comparison.verdict


def test_replayed_restoration_leaves_nothing_at_fault(
    app: Flask, runner: FlaskCliRunner, settings: Settings, tmp_path: Path
) -> None:
    mailing_list = make_list()
    anna = make_subscriber(ANNA, mailing_list)
    make_subscriber(BORIS, mailing_list)
    seal()
    back_up(settings, tmp_path / "backup")
    erase_person(anna.id, ErasureOrder(reason=ErasureReason.ASKED))
    make_subscriber(CHLOE, mailing_list)
    seal()
    restore_backup(settings, tmp_path / "backup")
    assert last_verdict() is ComparisonResult.LONGER
    replayed = runner.invoke(args=["rights", "replay"])
    assert replayed.exit_code == 0, replayed.output
    seal()
    assert find_subscriber_by_key(ANNA) is None
    assert last_verdict() is ComparisonResult.CONTAINED
    verified = runner.invoke(args=["consent", "verify"])
    assert (verified.exit_code, "no owner has" in verified.output) == (1, True), verified.output
    make_owner(OWNER)
    (restoration,) = list_unacknowledged()
    lift = ["delivery", "lift-hold", "--by", OWNER, "--reason", "A disk broke."]
    refused = runner.invoke(args=lift)
    assert (refused.exit_code, f"--restoration {restoration.id}" in refused.output) == (1, True)
    lifted = runner.invoke(args=[*lift, "--restoration", str(restoration.id)])
    assert lifted.exit_code == 0, lifted.output
    verified = runner.invoke(args=["consent", "verify"])
    assert (verified.exit_code, "acknowledged it on" in verified.output) == (0, True)
    compared = runner.invoke(args=["consent", "head", "--compare", str(checkpoints_file())])
    assert (compared.exit_code, "is in the tree" in compared.output) == (0, True), compared.output


def test_without_the_leaves_an_owner_acknowledges_the_lost_checkpoint(
    app: Flask, runner: FlaskCliRunner, settings: Settings, tmp_path: Path
) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    back_up(settings, tmp_path / "backup")
    make_subscriber(BORIS, db.session.scalars(db.select(MailingList)).one())
    seal()
    restore_backup(settings, tmp_path / "backup")
    leaves_file(log_origin()).unlink()
    runner.invoke(args=["rights", "replay", "--without-journal"])
    seal()
    assert last_verdict() is ComparisonResult.CONTAINED
    make_owner(OWNER)
    acknowledge_restorations()
    compared = runner.invoke(args=["consent", "head", "--compare", str(checkpoints_file())])
    said = f"was lost by a restore, acknowledged by {OWNER} on"
    assert (compared.exit_code, said in compared.output) == (0, True), compared.output
