"""An entry of which only the hash remains counts as part of a keyed restoration alone (ADR 141)."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update

from supporters import clock
from supporters.audit.hidden_withdrawals import list_hidden_withdrawals
from supporters.audit.log_verification import verify
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.record_forms import describe_restoration
from supporters.consent.record_models import LostEntry, Restoration
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.leaf_store import count_leaves, find_differing_leaf, leaves_file
from supporters.transparency_log.log_records import OPEN_KEY, LogRecord, add_entry, hash_leaf
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import log_origin
from tests.factories.backups import Backup
from tests.factories.campaigns import ANNA, BORIS, CHLOE
from tests.factories.consent.consent_log import acknowledge_restorations
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.transparency_log.tampered_logs import unguarded

pytestmark = pytest.mark.either_database


@pytest.fixture
def restored(app: Flask, settings: Settings, tmp_path: Path) -> Restoration:
    """Return the restoration of a backup before which Anna left, and after which Chloe came."""
    mailing_list = make_list()
    anna = make_subscriber(ANNA, mailing_list)
    make_subscriber(BORIS, mailing_list)
    seal()
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    seal()
    backup = Backup(settings, tmp_path / "backup")
    backup.make()
    make_subscriber(CHLOE, mailing_list)
    seal()
    backup.restore()
    said = app.test_cli_runner().invoke(args=["rights", "replay"])
    assert said.exit_code == 0, said.output
    seal()
    acknowledge_restorations()
    seal()
    return db.session.scalars(db.select(Restoration)).one()


def faults() -> list[str]:
    db.session.remove()
    return [str(each) for each in verify(clock.now()).faults]


def hide_the_withdrawal(restoration_id: int) -> int:
    """Put a hash in the place of the entry of the withdrawal, and delete its row."""
    (entry,) = db.session.scalars(db.select(LogEntry).where(LogEntry.kind == "withdrawn")).all()
    position, record_id = entry.position, entry.record_id
    assert position is not None
    leaf = hash_leaf(entry.kind, record_id, entry.commitment)
    with unguarded() as connection:
        row = {"position": position, "leaf": leaf, "restoration_id": restoration_id}
        connection.execute(insert(LostEntry).values(row))
        connection.execute(delete(LogEntry).where(LogEntry.position == position))
        events = db.metadata.tables["consent_event"]
        connection.execute(delete(events).where(events.c.id == record_id))
    return position


@pytest.mark.both_databases
def test_a_withdrawal_cannot_be_hidden_behind_a_hash(restored: Restoration) -> None:
    assert faults() == []
    hide_the_withdrawal(restored.id)
    for found in (faults(), [str(each) for each in list_hidden_withdrawals(clock.now())]):
        assert any(each.startswith(f"lost_entry restoration {restored.id}") for each in found)


@pytest.mark.both_databases
def test_a_restoration_without_our_key_makes_no_entry_lost(restored: Restoration) -> None:
    newest = find_latest_checkpoint()
    assert newest is not None
    forged = Restoration(
        id=new_id(clock.now()),
        lost_head=newest.checkpoint,
        restored_size=0,
        replayed=0,
        occurred_at=clock.now(),
        appended=1,
    )
    with transaction():
        db.session.add(forged)
        add_entry(describe_restoration(forged, key=OPEN_KEY))
    forged_id = forged.id
    hide_the_withdrawal(forged_id)
    for found in (faults(), [str(each) for each in list_hidden_withdrawals(clock.now())]):
        assert any("no valid restoration lost them" in each for each in found)


@pytest.mark.both_databases
def test_the_number_of_lost_entries_is_sealed(restored: Restoration) -> None:
    place = restored.restored_size
    with unguarded() as connection:
        connection.execute(delete(LostEntry).where(LostEntry.position == place))
    found = faults()
    assert any(f"it lost {restored.appended}" in each for each in found), found
    with unguarded() as connection:
        fewer = Restoration.appended - 1
        connection.execute(update(Restoration).values(appended=fewer))
    assert any(f"restored {restored.id}" in each for each in faults())


@pytest.mark.both_databases
def test_an_altered_hash_of_a_lost_entry_is_found(restored: Restoration) -> None:
    place = restored.restored_size
    with unguarded() as connection:
        changed = update(LostEntry).where(LostEntry.position == place).values(leaf=bytes(32))
        connection.execute(changed)
    assert any(f"lost {place}, position {place}" in each for each in faults())


def test_a_torn_write_and_leaves_of_a_failed_commit_are_overwritten(restored: Restoration) -> None:
    path = leaves_file(log_origin())
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(70))
    make_subscriber("dora@example.org", db.session.scalars(db.select(MailingList)).one())
    seal()
    assert path.read_bytes().startswith(whole)
    assert path.stat().st_size == 32 * count_leaves(path)
    assert faults() == []
    path.write_bytes(path.read_bytes()[:-45])
    make_subscriber("emil@example.org", db.session.scalars(db.select(MailingList)).one())
    seal()
    newest = find_latest_checkpoint()
    assert newest is not None
    assert count_leaves(path) == newest.size
    assert faults() == []


@pytest.mark.parametrize("others", [1, 2, 5])
def test_leaves_of_a_failed_commit_are_overwritten_if_another_machine_sealed_meanwhile(
    restored: Restoration, others: int
) -> None:
    """It sealed fewer entries, as many, or more."""
    path = leaves_file(log_origin())
    heads, written = checkpoints_file().read_bytes(), path.read_bytes() + bytes(2 * 32)
    for number in range(others):
        with transaction():
            add_entry(LogRecord("purpose", 1000 + number, {}))
        seal()
    checkpoints_file().write_bytes(heads)
    path.write_bytes(written)
    seal()
    assert find_differing_leaf(path, tree_size()) is None
    assert count_leaves(path) >= tree_size()


def tree_size() -> int:
    newest = find_latest_checkpoint()
    assert newest is not None
    return newest.size


def test_leaves_that_differ_from_the_tree_are_told(restored: Restoration) -> None:
    path = leaves_file(log_origin())
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    (fault,) = faults()
    assert fault.startswith(f"{path.name} leaf 0: it has other hashes than the tree")
    path.unlink()
    seal()
    assert faults() == []


def test_a_full_disk_stops_no_sealing_and_the_leaves_follow(restored: Restoration) -> None:
    path = leaves_file(log_origin())
    path.rename(path.with_name("elsewhere"))
    path.mkdir()
    make_subscriber("dora@example.org", db.session.scalars(db.select(MailingList)).one())
    assert seal() > 0
    path.rmdir()
    seal()
    newest = find_latest_checkpoint()
    assert newest is not None
    assert count_leaves(path) == newest.size
