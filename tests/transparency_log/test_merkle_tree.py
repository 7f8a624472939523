"""The tiled tree and its proofs against RFC 9162, and the vectors that others use."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from supporters.transparency_log.merkle_tree import (
    HASH_BYTES,
    WIDTH,
    Frontier,
    TiledTree,
    TreeBroken,
    fold,
    is_consistent,
    is_included,
)
from tests.transparency_log.reference_tree import consistency_of, hash_leaf_of, path_of, root_of

LARGEST = 3 * WIDTH + 5
LEAVES = [hash_leaf_of(f"entry {number}".encode()) for number in range(LARGEST)]
sizes = st.integers(1, LARGEST)
some = settings(max_examples=200, deadline=None, derandomize=True)
Vector = dict[str, Any]


def tiles_of(size: int) -> dict[tuple[int, int], bytes]:
    """Return the tiles that the log stores for the first leaves."""
    tiles, level, hashes = {}, 0, LEAVES[:size]
    while hashes:
        rows = [hashes[first : first + WIDTH] for first in range(0, len(hashes), WIDTH)]
        tiles.update({(level, number): b"".join(row) for number, row in enumerate(rows)})
        level, hashes = level + 1, [fold(row) for row in rows if len(row) == WIDTH]
    return tiles


def tree_of(size: int) -> TiledTree:
    tiles = tiles_of(size)
    return TiledTree(size, lambda level, number: tiles[level, number])


CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "merkle" / "testdata"


def vectors(kind: str) -> list[Vector]:
    """Return the vectors of a folder; none if the corpus is missing."""
    return [json.loads(path.read_text()) for path in sorted((CORPUS / kind).rglob("*.json"))]


def decode(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def proof_of(vector: Vector) -> list[bytes]:
    return [decode(each) for each in vector["proof"] or ()]


def shows_inclusion(vector: Vector) -> bool:
    return is_included(
        decode(vector["leafHash"]),
        vector["leafIdx"],
        size=vector["treeSize"],
        root=decode(vector["root"]),
        path=proof_of(vector),
    )


def shows_consistency(vector: Vector) -> bool:
    roots = decode(vector["root1"]), decode(vector["root2"])
    return is_consistent((vector["size1"], vector["size2"]), roots, proof_of(vector))


@some
@given(size=sizes)
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert tree_of(size).get_root() == root_of(LEAVES[:size])


@some
@given(size=sizes)
def test_the_verifier_needs_the_leaves_only(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.push(leaf)
    assert frontier.root() == root_of(LEAVES[:size])


@some
@given(numbers=st.tuples(sizes, sizes).map(sorted))
def test_each_leaf_is_proved_to_be_in_each_tree(numbers: list[int]) -> None:
    index, size = numbers[0] - 1, numbers[1]
    path = tree_of(LARGEST).inclusion_path(index, size)
    root = root_of(LEAVES[:size])
    assert is_included(LEAVES[index], index, size=size, root=root, path=path)
    assert path == path_of(index, LEAVES[:size])


@some
@given(numbers=st.tuples(sizes, sizes).map(sorted), place=st.integers(0), bit=st.integers(0, 255))
def test_no_altered_proof_shows_inclusion(numbers: list[int], place: int, bit: int) -> None:
    index, size = numbers[0] - 1, numbers[1]
    path = tree_of(size).inclusion_path(index, size)
    root = root_of(LEAVES[:size])
    altered = [*path]
    if path:
        place %= len(path)
        altered[place] = flip(path[place], bit)
    else:
        altered.append(bytes(HASH_BYTES))
    assert not is_included(LEAVES[index], index, size=size, root=root, path=altered)
    assert not is_included(LEAVES[index], index, size=size, root=flip(root, bit), path=path)


@some
@given(numbers=st.tuples(sizes, sizes).map(sorted), bit=st.integers(0, 255))
def test_each_tree_is_proved_to_extend_each_earlier_one(numbers: list[int], bit: int) -> None:
    first, second = numbers
    roots = root_of(LEAVES[:first]), root_of(LEAVES[:second])
    path = tree_of(second).consistency_path(first, second)
    assert path == consistency_of(first, LEAVES[:second])
    assert is_consistent((first, second), roots, path)
    assert not is_consistent((first, second), (flip(roots[0], bit), roots[1]), path)
    assert not is_consistent((first, second), (roots[0], flip(roots[1], bit)), path)


def test_the_empty_tree_has_the_root_of_the_definition() -> None:
    assert TiledTree(0, lambda _level, _number: b"").get_root() == root_of([])


@pytest.mark.parametrize(
    ("size", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_roots_match_the_test_vectors_of_certificate_logs(size: int, root: str) -> None:
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    entries.append("606162636465666768696a6b6c6d6e6f")
    leaves = [hash_leaf_of(bytes.fromhex(entry)) for entry in entries[:size]]
    tree = TiledTree(size, lambda _level, _number: b"".join(leaves))
    assert tree.get_root().hex() == root


def flip(digest: bytes, bit: int) -> bytes:
    return (int.from_bytes(digest) ^ 1 << bit).to_bytes(HASH_BYTES)


def test_a_tile_that_is_too_short_raises() -> None:
    tiles = {**tiles_of(3), (0, 0): tiles_of(2)[0, 0]}
    tree = TiledTree(3, lambda level, number: tiles[level, number])
    with pytest.raises(TreeBroken):
        tree.get_root()


@pytest.mark.parametrize(
    ("kind", "check"), [("inclusion", shows_inclusion), ("consistency", shows_consistency)]
)
def test_valid_proofs_are_accepted_and_invalid_ones_rejected(
    kind: str, check: Callable[[Vector], bool]
) -> None:
    found = vectors(kind)
    if not found:
        pytest.skip(f"UNTRIED: the vectors of transparency-dev/merkle aren't in {CORPUS}.")
    wrong = [each["desc"] for each in found if check(each) == each["wantErr"]]
    assert (len(found), wrong) == (98, [])
