"""The tiled tree and its proofs against pymerkle's own tree, for trees of any size."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from supporters.consent.log.proofs import HASH_BYTES, is_consistent, is_included
from supporters.consent.log.tree import WIDTH, TiledTree, TreeBroken, fold
from supporters.consent.log.verifying.frontier import Frontier

LARGEST = 3 * WIDTH + 5
REFERENCE = InmemoryTree(algorithm="sha256")
REFERENCE.append_entries([f"entry {number}".encode() for number in range(LARGEST)])
LEAVES = [REFERENCE.get_leaf(number) for number in range(1, LARGEST + 1)]

sizes = st.integers(1, LARGEST)
some = settings(max_examples=200, deadline=None, derandomize=True)


def tiles_of(size: int) -> dict[tuple[int, int], bytes]:
    """Return the tiles that the log keeps of the first leaves."""
    tiles, level, hashes = {}, 0, LEAVES[:size]
    while hashes:
        rows = [hashes[first : first + WIDTH] for first in range(0, len(hashes), WIDTH)]
        tiles.update({(level, number): b"".join(row) for number, row in enumerate(rows)})
        level, hashes = level + 1, [fold(row) for row in rows if len(row) == WIDTH]
    return tiles


def tree_of(size: int) -> TiledTree:
    tiles = tiles_of(size)
    return TiledTree(size, lambda level, number: tiles[level, number])


@some
@given(size=sizes)
def test_the_root_is_that_of_pymerkle(size: int) -> None:
    assert tree_of(size).get_root() == REFERENCE.get_root(size)


@some
@given(size=sizes)
def test_the_verifier_needs_the_leaves_only(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.push(leaf)
    assert frontier.root() == REFERENCE.get_root(size)


@some
@given(numbers=st.tuples(sizes, sizes).map(sorted))
def test_each_leaf_is_proved_to_be_in_each_tree(numbers: list[int]) -> None:
    index, size = numbers[0] - 1, numbers[1]
    path = tree_of(LARGEST).inclusion_path(index, size)
    root = REFERENCE.get_root(size)
    assert is_included(LEAVES[index], index, size=size, root=root, path=path)
    assert path == list(REFERENCE.prove_inclusion(index + 1, size).path[1:])


@some
@given(numbers=st.tuples(sizes, sizes).map(sorted), place=st.integers(0), bit=st.integers(0, 255))
def test_no_altered_proof_shows_inclusion(numbers: list[int], place: int, bit: int) -> None:
    index, size = numbers[0] - 1, numbers[1]
    path = tree_of(size).inclusion_path(index, size)
    root = REFERENCE.get_root(size)
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
def test_each_tree_is_shown_to_grow_out_of_each_earlier_one(numbers: list[int], bit: int) -> None:
    first, second = numbers
    roots = REFERENCE.get_root(first), REFERENCE.get_root(second)
    path = tree_of(second).consistency_path(first, second)
    assert is_consistent((first, second), roots, path)
    assert not is_consistent((first, second), (flip(roots[0], bit), roots[1]), path)
    assert not is_consistent((first, second), (roots[0], flip(roots[1], bit)), path)


def flip(digest: bytes, bit: int) -> bytes:
    return (int.from_bytes(digest) ^ 1 << bit).to_bytes(HASH_BYTES)


def test_a_tile_that_is_too_short_is_told() -> None:
    tiles = {**tiles_of(3), (0, 0): tiles_of(2)[0, 0]}
    tree = TiledTree(3, lambda level, number: tiles[level, number])
    with pytest.raises(TreeBroken):
        tree.get_root()
