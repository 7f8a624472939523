"""The tree of a ledger proves that a leaf is in it, or that none is between two neighbours."""

from hashlib import sha256

import pytest
from flask import Flask

from supporters.database import db, transaction
from supporters.delivery.sealed_ledgers.ledger_tree import (
    LedgerTree,
    StoredTree,
    hash_leaf,
    root_of_tile,
)
from supporters.delivery.sealed_ledgers.models import LedgerTile
from supporters.delivery.sealed_ledgers.row_leaves import HALF, LEAF_BYTES
from supporters.transparency_log.merkle_tree import WIDTH, is_included
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.transparency_log.reference_tree import hash_leaf_of, root_of

TILE = WIDTH * LEAF_BYTES


def leaves_of(count: int) -> list[bytes]:
    """Return so many leaves in the order of their tokens."""
    return sorted(sha256(str(number).encode()).digest() for number in range(count))


def tree_root(leaves: list[bytes]) -> bytes:
    return root_of([hash_leaf_of(each) for each in leaves])


def make_tree(leaves: list[bytes]) -> LedgerTree:
    joined = b"".join(leaves)
    tiles = [joined[start : start + TILE] for start in range(0, len(joined), TILE)]
    return LedgerTree(len(leaves), [root_of_tile(each) for each in tiles], tiles.__getitem__)


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257, 1000, 66_000])
def test_its_root_is_that_of_rfc_9162(count: int) -> None:
    leaves = leaves_of(count)
    assert make_tree(leaves).get_root() == tree_root(leaves)


@pytest.mark.both_databases
@pytest.mark.parametrize("count", [0, 1, 2, 256, 700])
def test_a_token_has_a_proof_whether_it_is_there_or_not(app: Flask, count: int) -> None:
    campaign_id, leaves = make_campaign(make_list()).id, leaves_of(count)
    joined = b"".join(leaves)
    with transaction():
        for number, start in enumerate(range(0, len(joined), TILE)):
            tile = joined[start : start + TILE]
            db.session.add(
                LedgerTile(
                    campaign_id=campaign_id, number=number, leaves=tile, root=root_of_tile(tile)
                )
            )
    stored, root = StoredTree(campaign_id, count), tree_root(leaves)
    strangers = [bytes(HALF), b"\xff" * HALF, *(each[:HALF] for each in leaves_of(count + 9)[::17])]
    edges = {0, 1, WIDTH - 1}  # of a tile
    asked = [each for place, each in enumerate(leaves) if place % 7 == 0 or place % WIDTH in edges]
    for token in [*(each[:HALF] for each in asked), *strangers]:
        proven = stored.prove(token)
        assert all(
            is_included(hash_leaf(each.leaf), each.place, size=count, root=root, path=each.path)
            for each in proven
        )
        there = [each for each in leaves if each[:HALF] == token]
        before = [each for each in leaves if each[:HALF] < token][-1:]
        after = [each for each in leaves if each[:HALF] > token][:1]
        assert [each.leaf for each in proven] == (there or [*before, *after])
