"""A witness that saw the newest checkpoint signs the log after a documented restore (ADR 141)."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.record_models import LostEntry, Restoration
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.people.data_keys import store_data_key
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.leaf_store import FolderKnowsMore, count_leaves, leaves_file
from supporters.transparency_log.log_proofs import prove_leaf
from supporters.transparency_log.log_records import SIGNING
from supporters.transparency_log.models import LogEntry, WitnessFailure
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import log_origin, log_verifier
from tests.audit.witnesses.witnessed_log import ask_later, grow, replay, size, state
from tests.factories.backups import Backup
from tests.factories.consent.consent_log import acknowledge_restorations
from tests.factories.signups import make_subscriber
from tests.servers.log_witness import LogWitness

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("log")]


def faults() -> list[str]:
    db.session.remove()
    return [str(each) for each in verify(clock.now()).faults]


def the_restoration() -> Restoration:
    return db.session.scalars(db.select(Restoration)).one()


@pytest.mark.both_databases
def test_the_log_goes_on_from_the_newest_checkpoint_that_a_witness_saw(
    app: Flask, backup: Backup, witness: LogWitness
) -> None:
    newest, seen = find_latest_checkpoint(), size()
    assert newest is not None
    text, root = newest.checkpoint, newest.root
    backup.restore()
    lost = seen - size()
    said = replay(app)
    assert f"records_lost {lost}" in " ".join(said.split())
    continued = find_latest_checkpoint()
    assert continued is not None
    assert (continued.size, continued.root, continued.checkpoint) == (seen, root, text)
    seal()
    grow()
    assert ask_later(100) == 1
    assert (state().failure, state().size) == (None, size())
    assert witness.trees[log_verifier().name].size == size() > seen
    (fault,) = faults()
    assert f"{lost} records are lost since" in fault
    acknowledge_restorations()
    seal()
    assert faults() == []


@pytest.mark.both_databases
def test_the_lost_records_are_told_and_their_hashes_can_be_proved(
    app: Flask, backup: Backup
) -> None:
    backup.restore()
    replay(app)
    seal()
    lost = the_restoration().appended
    assert lost
    assert (
        f"{lost} records are lost. Only their fingerprints remain"
        in app.test_client().get("/en/consent-log").text
    )
    entry = db.session.scalars(db.select(LostEntry).order_by(LostEntry.position)).first()
    assert entry is not None
    proof = prove_leaf(entry.leaf)
    assert proof is not None
    assert proof.index == entry.position


def test_an_entry_that_waited_in_the_backup_keeps_its_position(
    app: Flask, log: None, settings: Settings, tmp_path: Path
) -> None:
    make_subscriber("late@example.org", db.session.scalars(db.select(MailingList)).one())
    waiting = {(each.kind, each.record_id) for each in unsealed()}
    backup = Backup(settings, tmp_path / "backup")
    backup.make()
    seal()
    placed = {key: db.session.get_one(LogEntry, key).position for key in waiting}
    backup.restore()
    replay(app)
    db.session.remove()
    assert {key: db.session.get_one(LogEntry, key).position for key in waiting} == placed
    assert the_restoration().appended == 0
    seal()
    acknowledge_restorations()
    seal()
    assert faults() == []


def unsealed() -> Sequence[LogEntry]:
    return db.session.scalars(db.select(LogEntry).where(LogEntry.position.is_(None))).all()


@pytest.mark.both_databases
def test_without_the_leaves_the_log_gets_a_new_name_that_witnesses_must_learn(
    app: Flask, backup: Backup, witness: LogWitness
) -> None:
    former = log_origin()
    leaves_file(former).unlink()
    backup.restore()
    said = replay(app)
    named = log_origin()
    assert named in said
    assert named.startswith(f"{former}/20")
    assert the_restoration().origin == named
    page = app.test_client().get("/en/consent-log").text
    assert f"goes on under a new name: {named}" in page
    assert ask_later(100) == 0
    assert state().failure is WitnessFailure.UNKNOWN_LOG
    witness.trust(log_verifier().as_text())
    grow()
    assert ask_later(300) == 1
    acknowledge_restorations()
    seal()
    assert faults() == []


@pytest.mark.both_databases
def test_without_any_checkpoint_the_log_gets_a_new_name_and_forks_nothing(
    app: Flask, backup: Backup, witness: LogWitness
) -> None:
    former, seen = log_origin(), size()
    leaves_file(former).unlink()
    checkpoints_file().unlink()
    backup.restore()
    restored = size()
    said = replay(app, "--without-heads")
    named = log_origin()
    assert named in said
    assert named.startswith(f"{former}/20")
    assert (the_restoration().restored_size, the_restoration().is_loss_known) == (restored, False)
    page = app.test_client().get("/en/consent-log").text
    assert "nobody can count what is lost. The log could not keep what was published, and" in page
    for _ in range(4):
        grow()
    assert size() > seen
    assert ask_later(100) == 0
    assert state().failure is WitnessFailure.UNKNOWN_LOG
    witness.trust(log_verifier().as_text())
    assert ask_later(300) == 1
    acknowledge_restorations()
    seal()
    assert faults() == []


def test_a_second_restore_during_the_hold_of_the_first_forks_nothing(
    app: Flask, backup: Backup, settings: Settings, tmp_path: Path
) -> None:
    backup.restore()
    replay(app)
    with clock.pretend(clock.now() + timedelta(minutes=1)):
        grow()
        second = Backup(settings, tmp_path / "second")
        second.make()
        grow()
        seen, name = size(), log_origin()
        second.restore()
        replay(app)
        assert (size(), log_origin()) == (seen, name)
        seal()
        acknowledge_restorations()
        seal()
        assert faults() == []


@pytest.mark.both_databases
def test_leaves_that_do_not_lead_to_the_published_root_are_not_appended(
    app: Flask, backup: Backup
) -> None:
    path = leaves_file(log_origin())
    altered = bytearray(path.read_bytes())
    altered[-1] ^= 1
    path.write_bytes(altered)
    former = log_origin()
    backup.restore()
    replay(app)
    assert log_origin() != former
    assert db.session.query(LostEntry).count() == 0


def test_a_database_older_than_the_folder_seals_nothing_before_the_replay(
    app: Flask, backup: Backup
) -> None:
    backup.restore()
    with pytest.raises(FolderKnowsMore):
        grow()
    replay(app)
    assert seal() > 0


def test_a_log_that_grew_past_a_lost_folder_is_a_fork_that_the_witness_refuses(
    app: Flask, backup: Backup
) -> None:
    backup.restore()
    leaves_file(log_origin()).unlink()
    checkpoints_file().unlink()
    for _ in range(4):
        grow()
    assert ask_later(100) == 0
    assert state().failure is WitnessFailure.FORKED


def test_the_folder_of_another_machine_has_the_lost_leaves_too(
    app: Flask, backup: Backup, settings: Settings, tmp_path: Path
) -> None:
    seen, other = size(), tmp_path / "other"
    checkpoints_file().parent.rename(settings.instance_dir / "gone")
    other.mkdir()
    (settings.instance_dir / "gone").rename(other / "consent-log")
    backup.restore()
    args = ["rights", "replay", "--without-journal", "--from", str(other)]
    said = app.test_cli_runner().invoke(args=args)
    assert said.exit_code == 0, said.output
    assert size() == seen
    seal()
    assert count_leaves(leaves_file(log_origin())) == size()


def test_another_signing_key_after_a_restore_is_refused(app: Flask, backup: Backup) -> None:
    backup.restore()
    replay(app)
    with transaction():
        store_data_key(SIGNING, Ed25519PrivateKey.generate().private_bytes_raw())
    app.extensions.pop("data_keys")
    checkpoints_file().unlink()
    seal()
    assert ask_later(100) == 0
    assert state().failure is WitnessFailure.KEY_REFUSED
