"""The tree of RFC 9162 as its text defines it: over a list of leaves, without tiles."""

import hashlib
from collections.abc import Sequence


def hash_leaf_of(entry: bytes) -> bytes:
    """Return the hash of a leaf (section 2.1.1)."""
    return hashlib.sha256(b"\0" + entry).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return MTH(D[n]), the root over the hashes of leaves (section 2.1.1)."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256().digest()
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\1" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


def path_of(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PATH(m, D[n]), the audit path of a leaf (section 2.1.3.1)."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if index < k:
        return [*path_of(index, leaves[:k]), root_of(leaves[k:])]
    return [*path_of(index - k, leaves[k:]), root_of(leaves[:k])]


def consistency_of(first: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PROOF(m, D[n]), the path between two sizes (section 2.1.4.1)."""
    return subproof(first, leaves, is_whole=True)


def subproof(first: int, leaves: Sequence[bytes], *, is_whole: bool) -> list[bytes]:
    """Return SUBPROOF(m, D[n], b) (section 2.1.4.1)."""
    if first == len(leaves):
        return [] if is_whole else [root_of(leaves)]
    k = largest_power_below(len(leaves))
    if first <= k:
        return [*subproof(first, leaves[:k], is_whole=is_whole), root_of(leaves[k:])]
    return [*subproof(first - k, leaves[k:], is_whole=False), root_of(leaves[:k])]


def largest_power_below(size: int) -> int:
    """Return k, the largest power of two smaller than a size."""
    k = 1
    while 2 * k < size:
        k *= 2
    return k
