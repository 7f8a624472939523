"""Checks proofs that an entry is in the tree, and that a tree grew out of an earlier one.

RFC 9162 sections 2.1.3.2 and 2.1.4.2, step by step; SHA-256, leaves 0x00, nodes 0x01.
"""

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32


def hash_pair(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node."""
    return hashlib.sha256(b"\1" + left + right).digest()


def is_included(leaf: bytes, index: int, *, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a leaf's hash stands at an index (from 0) of the tree of this size and root."""
    if not 0 <= index < size or len(leaf) != HASH_BYTES:
        return False
    node, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = hash_pair(step, found)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            found = hash_pair(found, step)
        node >>= 1
        last >>= 1
    return last == 0 and found == root


def is_consistent(
    sizes: tuple[int, int], roots: tuple[bytes, bytes], path: Sequence[bytes]
) -> bool:
    """Tell whether the tree of the second size and root begins with that of the first.

    Of an empty first tree nothing can be shown.
    """
    (first, second), (first_root, second_root) = sizes, roots
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if not path:
        return False
    steps = [first_root, *path] if first & (first - 1) == 0 else [*path]
    return _fold(first - 1, second - 1, steps) == roots


def _fold(node: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    while node & 1:
        node >>= 1
        last >>= 1
    earlier = later = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            earlier, later = hash_pair(step, earlier), hash_pair(step, later)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            later = hash_pair(later, step)
        node >>= 1
        last >>= 1
    return (earlier, later) if last == 0 else None
