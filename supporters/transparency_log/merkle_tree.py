"""The Merkle tree of the log: its roots, and proofs made and checked (RFC 9162 section 2.1)."""

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
WIDTH_BITS = 8
WIDTH = 1 << WIDTH_BITS
ReadTile = Callable[[int, int], bytes]


def hash_pair(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node."""
    return hashlib.sha256(b"\1" + left + right).digest()


def is_included(leaf: bytes, index: int, *, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a leaf's hash is at an index (from 0) of the tree of this size and root."""
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

    Returns False for an empty first tree.
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


class Frontier:
    """The roots of the perfect subtrees of the leaves so far, the largest first."""

    def __init__(self, peaks: Sequence[tuple[int, bytes]] = ()) -> None:
        self._peaks = [*peaks]

    def push(self, digest: bytes, height: int = 0) -> None:
        """Append a subtree of 2ⁿ leaves; n is its height."""
        peaks = self._peaks
        while peaks and peaks[-1][0] == height:
            digest = hash_pair(peaks.pop()[1], digest)
            height += 1
        peaks.append((height, digest))

    def root(self) -> bytes:
        """Return the root over all leaves so far. There must be at least one."""
        *earlier, (_, root) = self._peaks
        for _, peak in reversed(earlier):
            root = hash_pair(peak, root)
        return root

    def copy(self) -> "Frontier":
        """Return a copy that can be extended on its own."""
        return Frontier(self._peaks)


class TreeBroken(ValueError):
    """The stored tree lacks a hash, or isn't the one that was signed."""


def split_hashes(hashes: bytes) -> list[bytes]:
    """Return the hashes of a tile as a list."""
    return [hashes[start : start + HASH_BYTES] for start in range(0, len(hashes), HASH_BYTES)]


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring hashes; their number must be 2ⁿ."""
    level = list(hashes)
    while len(level) > 1:
        level = [hash_pair(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
    return level[0]


class TiledTree:
    """A read-only tree of `size` leaves. `read_tile(level, number)` reads its tiles.

    Every method raises TreeBroken if a hash is missing.
    """

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        self._size = size
        self._read_tile = read_tile

    def get_root(self) -> bytes:
        """Return the root of the whole tree: RFC 9162 section 2.1.1."""
        return self._root(0, self._size) if self._size else hashlib.sha256().digest()

    def inclusion_path(self, index: int, size: int) -> list[bytes]:
        """Return the audit path of the leaf at an index (from 0): RFC 9162 section 2.1.3.1."""
        start, end = 0, size
        path: list[bytes] = []
        while end - start > 1:
            middle = _split(start, end)
            if index < middle:
                path.append(self._root(middle, end))
                end = middle
            else:
                path.append(self._root(start, middle))
                start = middle
        return path[::-1]

    def consistency_path(self, first: int, second: int) -> list[bytes]:
        """Return the path between two sizes: RFC 9162 section 2.1.4.1."""
        start, end, rest, is_whole = 0, second, first, True
        path: list[bytes] = []
        while 0 < rest < end - start:
            middle = _split(start, end)
            if rest <= middle - start:
                path.append(self._root(middle, end))
                end = middle
            else:
                path.append(self._root(start, middle))
                rest, start, is_whole = rest - (middle - start), middle, False
        if not is_whole:
            path.append(self._root(start, end))
        return path[::-1]

    def _root(self, start: int, end: int) -> bytes:
        """Return the root over some neighbouring leaves: RFC 9162 section 2.1.1.

        `start` must be a multiple of the largest power of two up to `end - start`. The recursion of
        that section ensures it, so 2ⁿ leaves are a whole subtree.
        """
        width = end - start
        if width & (width - 1) == 0:
            return self._subtree(start, width)
        middle = _split(start, end)
        return hash_pair(self._root(start, middle), self._root(middle, end))

    def _subtree(self, start: int, width: int) -> bytes:
        """Return the root over 2ⁿ leaves, from the highest level whose hashes are stored."""
        level, rest = divmod(width.bit_length() - 1, WIDTH_BITS)
        number, first = divmod(start >> (WIDTH_BITS * level), WIDTH)
        hashes = self._read_tile(level, number)
        count = 1 << rest
        found = split_hashes(hashes[first * HASH_BYTES : (first + count) * HASH_BYTES])
        if len(found) != count or len(found[-1]) != HASH_BYTES:
            raise TreeBroken(f"Tile {number} of level {level} is too short.")
        return fold(found)


def _split(start: int, end: int) -> int:
    """Return where RFC 9162 splits a tree: after the largest power of two below its size."""
    return start + (1 << ((end - start - 1).bit_length() - 1))
