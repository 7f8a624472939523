"""Sealing: each entry gets one place in the tree, and every head is signed."""

import pytest
from flask import Flask

from supporters.consent.log.checkpoints import read_checkpoint
from supporters.consent.log.keys import signing_key
from supporters.consent.log.models import LogEntry
from supporters.consent.log.proofs import is_consistent, is_included
from supporters.consent.log.queries import count_unsealed, find_head, list_heads
from supporters.consent.log.records import hash_leaf
from supporters.consent.log.sealing import seal
from supporters.consent.log.tiles import open_tree
from supporters.database import db
from tests.builders import make_list, make_subscriber

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
