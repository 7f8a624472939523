"""Sealing: each entry gets one position in the tree, and every checkpoint is signed."""

import dataclasses
from threading import Event

import pytest
from flask import Flask

from supporters import clock, create_app
from supporters.audit.log_verification import verify
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.transparency_log.cached_tree import open_tree
from supporters.transparency_log.checkpoint_store import (
    checkpoints_file,
    find_external_checkpoint,
    list_external_checkpoints,
)
from supporters.transparency_log.checkpoints import read_checkpoint
from supporters.transparency_log.log_proofs import MOST_PER_CHECKPOINT
from supporters.transparency_log.log_records import hash_leaf, signing_key
from supporters.transparency_log.merkle_tree import TreeBroken, is_consistent, is_included
from supporters.transparency_log.models import LogEntry, LogTile
from supporters.transparency_log.queries import find_latest_checkpoint, list_checkpoints
from supporters.transparency_log.tree_sealing import log_verifier
from tests.factories.consent.consent_log import add_waiting_entry, count_unsealed
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.threads import at_once, close_database, in_threads

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

MANY = 500  # entries of a rush


def entries() -> list[LogEntry]:
    """Return every sealed entry, in the order of the tree."""
    return [*db.session.scalars(db.select(LogEntry).order_by(LogEntry.position))]


def test_events_wait_until_they_are_sealed(app: Flask) -> None:
    make_subscriber("anna@example.org", make_list())
    waiting = count_unsealed()
    assert waiting > 0
    assert seal() == waiting
    assert (count_unsealed(), [each.position for each in entries()]) == (0, [*range(waiting)])


def test_sealing_nothing_signs_no_checkpoint() -> None:
    make_list()
    seal()
    before = find_latest_checkpoint()
    assert seal() == 0
    assert find_latest_checkpoint() is before


def test_each_entry_is_proved_to_be_in_each_checkpoint() -> None:
    national = make_list()
    for number in range(3):
        make_subscriber(f"person{number}@example.org", national)
        seal()
    for checkpoint in list_checkpoints(limit=10):
        tree = open_tree(checkpoint.size)
        for place, each in enumerate(entries()[: checkpoint.size]):
            leaf = hash_leaf(each.kind, each.record_id, each.commitment)
            path = tree.inclusion_path(place, checkpoint.size)
            assert is_included(leaf, place, size=checkpoint.size, root=checkpoint.root, path=path)


def test_each_checkpoint_extends_the_earlier_ones() -> None:
    national = make_list()
    for number in range(3):
        make_subscriber(f"person{number}@example.org", national)
        seal()
    *_, first = checkpoints = list_checkpoints(limit=10)
    for checkpoint in checkpoints:
        path = open_tree(checkpoint.size).consistency_path(first.size, checkpoint.size)
        assert is_consistent((first.size, checkpoint.size), (first.root, checkpoint.root), path)


def test_the_checkpoint_has_the_root_of_the_tree() -> None:
    make_list()
    seal()
    checkpoint = find_latest_checkpoint()
    assert checkpoint is not None
    found = read_checkpoint(checkpoint.checkpoint, signing_key().public_key())
    assert (found.origin, found.size, found.root) == (
        "localhost/consent-log",
        checkpoint.size,
        checkpoint.root,
    )


@pytest.mark.both_databases
def test_two_sealers_at_once_give_each_entry_one_position(app: Flask) -> None:
    for number in range(3):
        make_subscriber(f"person{number}@example.org", make_list(f"list{number}"))
    waiting = count_unsealed()
    assert sum(at_once(app, seal, workers=3)) == waiting
    db.session.rollback()
    assert [each.position for each in entries()] == [*range(waiting)]
    assert verify(clock.now()).faults == []


@pytest.mark.both_databases
def test_entries_that_come_while_it_seals_wait_for_the_next_time(app: Flask) -> None:
    make_subscriber("anna@example.org", make_list())
    is_sealed = Event()

    def keep_coming() -> None:
        for _ in range(MANY):
            if is_sealed.wait(0.002):
                return
            add_waiting_entry("requested")

    def seal_once() -> None:
        seal()
        is_sealed.set()

    in_threads(app, [keep_coming, seal_once])
    db.session.rollback()
    assert len(list_checkpoints(limit=10)) == 1


def test_all_that_waits_is_sealed_even_if_it_needs_several_checkpoints() -> None:
    make_list()
    seal()
    rows = [
        {"kind": "requested", "record_id": number, "commitment": bytes(32)}
        for number in range(1, MOST_PER_CHECKPOINT + 2)
    ]
    with transaction():
        db.session.execute(db.insert(LogEntry), rows)
    assert seal() == len(rows)
    assert len(list_checkpoints(limit=10)) == 3


@pytest.mark.both_databases
def test_no_record_gets_an_entry_later() -> None:
    anna = make_subscriber("anna@example.org", make_list())
    seal()
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    delete_entries()
    assert seal() == 0
    leaving, suppression = sorted(verify(clock.now()).faults, key=lambda each: each.table)
    assert (leaving.table, suppression.table) == ("consent_event", "suppression")
    assert "no entry" in leaving.what
    assert "no entry" in suppression.what


def delete_entries() -> None:
    """Delete the waiting entries, as somebody with the database can."""
    with transaction():
        db.session.execute(db.delete(LogEntry).where(LogEntry.position.is_(None)))


def test_an_altered_tree_is_not_signed() -> None:
    anna = make_subscriber("anna@example.org", make_list())
    seal()
    with transaction():
        tile = db.session.scalars(db.select(LogTile)).one()
        tile.hashes = bytes(32) + tile.hashes[32:]
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    with pytest.raises(TreeBroken):
        seal()
    assert len(list_checkpoints(limit=10)) == 1


def test_each_checkpoint_is_stored_in_a_file_only_its_user_reads() -> None:
    anna = make_subscriber("anna@example.org", make_list())
    seal()
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    seal()
    external = [each for _, each in list_external_checkpoints()]
    assert [each and each.size for each in external] == [
        each.size for each in list_checkpoints(limit=9)
    ][::-1]
    assert checkpoints_file().stat().st_mode & 0o777 == 0o600


def test_an_incomplete_line_hides_no_other_line() -> None:
    anna = make_subscriber("anna@example.org", make_list())
    seal()
    first = find_external_checkpoint()
    with checkpoints_file().open("ab") as file:
        file.write(b'{"size": 12, "check')
    assert find_external_checkpoint() == first
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    seal()
    checkpoint, last = find_latest_checkpoint(), find_external_checkpoint()
    assert checkpoint is not None
    assert last is not None
    assert (last.size, verify(clock.now()).faults) == (checkpoint.size, [])


def test_sealing_goes_on_when_the_file_cannot_be_written() -> None:
    make_list()
    checkpoints_file().mkdir(parents=True)
    assert seal() > 0
    assert find_latest_checkpoint() is not None


def test_the_log_keeps_its_name_when_the_site_gets_another_address(
    app: Flask, settings: Settings
) -> None:
    make_list()
    seal()
    moved = create_app(dataclasses.replace(settings, base_url="https://neu.example"))
    with moved.app_context():
        make_list("regional")
        assert seal() > 0
        names = [each.checkpoint.partition("\n")[0] for each in list_checkpoints(limit=2)]
        assert names == ["localhost/consent-log"] * 2
        assert log_verifier().name == names[0]
        assert verify(clock.now()).faults == []
        close_database()
