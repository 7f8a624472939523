"""The Merkle tree over the stored tiles: pymerkle's roots and proofs, without reading the leaves.

A tile holds 256 neighbouring hashes of a level, so a proof among a million reads a few rows.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pymerkle import BaseMerkleTree

from supporters.consent.log.proofs import HASH_BYTES, hash_pair

WIDTH_BITS = 8
WIDTH = 1 << WIDTH_BITS

ReadTile = Callable[[int, int], bytes]


class TreeBroken(ValueError):
    """The stored tree lacks a hash that it must have, or isn't the one that was signed."""


def cut(hashes: bytes) -> list[bytes]:
    """Return the hashes of a tile one by one."""
    return [hashes[start : start + HASH_BYTES] for start in range(0, len(hashes), HASH_BYTES)]


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring hashes; there must be 2ⁿ of them."""
    level = list(hashes)
    while len(level) > 1:
        level = [hash_pair(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
    return level[0]


class TiledTree(BaseMerkleTree):
    """A tree of `size` leaves whose tiles are read by `read_tile(level, number)`; read only.

    Whatever it is asked for raises TreeBroken where a hash is missing.
    """

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        super().__init__("sha256")
        self._size = size
        self._read_tile = read_tile

    def inclusion_path(self, index: int, size: int) -> list[bytes]:
        """Return the audit path of the leaf at an index (from 0): RFC 9162 section 2.1.3.1."""
        _, path = self._get_inclusion_path(index + 1, size)
        return list(path[1:])

    def consistency_path(self, first: int, second: int) -> list[bytes]:
        """Return the path between two sizes: RFC 9162 section 2.1.4.1, which pymerkle varies."""
        start, end, rest, is_whole = 0, second, first, True
        path: list[bytes] = []
        while 0 < rest < end - start:
            middle = start + (1 << ((end - start - 1).bit_length() - 1))
            if rest <= middle - start:
                path.append(self._get_root(middle, end))
                end = middle
            else:
                path.append(self._get_root(start, middle))
                rest, start, is_whole = rest - (middle - start), middle, False
        if not is_whole:
            path.append(self._get_root(start, end))
        return path[::-1]

    def _get_subroot(self, offset: int, width: int) -> bytes:
        height = width.bit_length() - 1
        level, rest = divmod(height, WIDTH_BITS)
        number, first = divmod(offset >> (WIDTH_BITS * level), WIDTH)
        hashes = self._read_tile(level, number)
        count = 1 << rest
        found = cut(hashes[first * HASH_BYTES : (first + count) * HASH_BYTES])
        if len(found) != count or len(found[-1]) != HASH_BYTES:
            message = f"Tile {number} of level {level} is too short."
            raise TreeBroken(message)
        return fold(found)

    def _get_size(self) -> int:
        return self._size

    def _get_leaf(self, index: int) -> bytes:
        return self._get_subroot(index - 1, 1)

    def _get_leaves(self, offset: int, width: int) -> Iterable[bytes]:
        return [self._get_subroot(place, 1) for place in range(offset, offset + width)]

    def _encode_entry(self, data: Any) -> bytes:
        raise NotImplementedError

    def _store_leaf(self, data: Any, digest: bytes) -> int:
        raise NotImplementedError
