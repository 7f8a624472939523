"""Sealing: each entry gets one place in the tree, and every head is signed."""

import pytest
from flask import Flask

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.lists.subscriptions import leave_every_list
from supporters.transparency_log.checkpoint_store import (
    find_external_head,
    heads_file,
    list_external_heads,
)
from supporters.transparency_log.checkpoints import read_checkpoint
from supporters.transparency_log.log_keys import signing_key
from supporters.transparency_log.log_records import hash_leaf
from supporters.transparency_log.merkle_tree import TreeBroken, is_consistent, is_included
from supporters.transparency_log.models import LogEntry, LogTile
from supporters.transparency_log.queries import find_head, list_heads
from supporters.transparency_log.tile_store import open_tree
from tests.factories.consent_log import count_unsealed
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.threads import at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def entries() -> list[LogEntry]:
    """Return every sealed entry, in the order of the tree."""
    return [*db.session.scalars(db.select(LogEntry).order_by(LogEntry.position))]


def test_what_people_do_waits_until_it_is_sealed(app: Flask) -> None:
    make_subscriber("anna@example.org", make_list())
    waiting = count_unsealed()
    assert waiting > 0
    assert seal() == waiting
    assert (count_unsealed(), [each.position for each in entries()]) == (0, [*range(waiting)])


def test_sealing_nothing_signs_no_head() -> None:
    make_list()
    seal()
    before = find_head()
    assert seal() == 0
    assert find_head() is before


def test_each_entry_is_proved_to_be_in_each_head() -> None:
    national = make_list()
    for number in range(3):
        make_subscriber(f"person{number}@example.org", national)
        seal()
    for head in list_heads(limit=10):
        tree = open_tree(head.size)
        for place, each in enumerate(entries()[: head.size]):
            leaf = hash_leaf(each.kind, each.record_id, each.commitment)
            path = tree.inclusion_path(place, head.size)
            assert is_included(leaf, place, size=head.size, root=head.root, path=path)


def test_each_head_grew_out_of_the_earlier_ones() -> None:
    national = make_list()
    for number in range(3):
        make_subscriber(f"person{number}@example.org", national)
        seal()
    *_, first = heads = list_heads(limit=10)
    for head in heads:
        path = open_tree(head.size).consistency_path(first.size, head.size)
        assert is_consistent((first.size, head.size), (first.root, head.root), path)


def test_the_checkpoint_says_what_the_tree_came_to() -> None:
    make_list()
    seal()
    head = find_head()
    assert head is not None
    found = read_checkpoint(head.checkpoint, signing_key().public_key())
    assert (found.origin, found.size, found.root) == (
        "localhost/consent-log",
        head.size,
        head.root,
    )


def test_two_sealers_at_once_give_each_entry_one_place(app: Flask) -> None:
    for number in range(3):
        make_subscriber(f"person{number}@example.org", make_list(f"list{number}"))
    waiting = count_unsealed()
    assert sum(at_once(app, seal, workers=3)) == waiting
    db.session.rollback()
    assert [each.position for each in entries()] == [*range(waiting)]
    assert verify(clock.now()).faults == []


def test_what_is_older_than_the_log_is_adopted_before_the_first_head() -> None:
    make_subscriber("anna@example.org", make_list())
    logged = count_unsealed()
    forget_entries()
    assert seal() == logged
    assert verify(clock.now()).faults == []


def test_nothing_is_adopted_later() -> None:
    anna = make_subscriber("anna@example.org", make_list())
    seal()
    leave_every_list(anna.id, Method.PAGE)
    forget_entries()
    assert seal() == 0
    (fault,) = verify(clock.now()).faults
    assert fault.row.startswith("withdrawn")
    assert "no entry" in fault.what


def forget_entries() -> None:
    """Delete the entries that wait, as if the log hadn't been there."""
    with transaction():
        db.session.execute(db.delete(LogEntry).where(LogEntry.position.is_(None)))


def test_nothing_is_signed_on_top_of_an_altered_tree() -> None:
    anna = make_subscriber("anna@example.org", make_list())
    seal()
    with transaction():
        tile = db.session.scalars(db.select(LogTile)).one()
        tile.hashes = bytes(32) + tile.hashes[32:]
    leave_every_list(anna.id, Method.PAGE)
    with pytest.raises(TreeBroken):
        seal()
    assert len(list_heads(limit=10)) == 1


def test_each_head_is_kept_outside_for_its_user_only() -> None:
    anna = make_subscriber("anna@example.org", make_list())
    seal()
    leave_every_list(anna.id, Method.PAGE)
    seal()
    kept = [each for _, each in list_external_heads()]
    assert [each and each.size for each in kept] == [each.size for each in list_heads(limit=9)][
        ::-1
    ]
    assert heads_file().stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_tore_off_hides_no_other() -> None:
    anna = make_subscriber("anna@example.org", make_list())
    seal()
    first = find_external_head()
    with heads_file().open("ab") as file:
        file.write(b'{"size": 12, "check')
    assert find_external_head() == first
    leave_every_list(anna.id, Method.PAGE)
    seal()
    head, last = find_head(), find_external_head()
    assert head is not None
    assert last is not None
    assert (last.size, verify(clock.now()).faults) == (head.size, [])


def test_a_head_that_cannot_be_kept_is_sealed_nevertheless() -> None:
    make_list()
    heads_file().mkdir(parents=True)
    assert seal() > 0
    assert find_head() is not None
