"""The tree over the rows of an ended campaign: its root, and proofs that a row is in it or isn't.

It is the tree of RFC 9162, as that of the log. The leaves are in the order of their tokens: two
neighbours prove that no row is between them.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from sqlalchemy import select

from supporters.database import db
from supporters.delivery.sealed_ledgers.models import LedgerTile
from supporters.delivery.sealed_ledgers.row_leaves import HALF, split_leaves
from supporters.transparency_log.merkle_tree import WIDTH, TiledTree, TreeBroken, fold


def hash_leaf(leaf: bytes) -> bytes:
    """Return the hash of a leaf: RFC 9162 section 2.1.1."""
    return sha256(b"\0" + leaf).digest()


def root_of_tile(leaves: bytes) -> bytes:
    """Return the root over the leaves of one tile."""
    hashes = [hash_leaf(each) for each in split_leaves(leaves)]
    if len(hashes) == WIDTH:
        return fold(hashes)
    return TiledTree(len(hashes), lambda _level, _number: b"".join(hashes)).get_root()


def _join_hashes(leaves: bytes) -> bytes:
    return b"".join(map(hash_leaf, split_leaves(leaves)))


class LedgerTree:
    """The tree of so many leaves, with the roots of its tiles; it reads the leaves of a tile."""

    def __init__(
        self, size: int, roots: Sequence[bytes], read_leaves: Callable[[int], bytes]
    ) -> None:
        self.size = size
        self._roots = [roots[: size // WIDTH]]  # by level, from the tiles upwards
        self._read_leaves = read_leaves
        self._tree = TiledTree(size, self._read)

    def get_root(self) -> bytes:
        """Return the root."""
        return self._tree.get_root()

    def prove(self, place: int) -> list[bytes]:
        """Return the path from the leaf at a place (from 0) to the root."""
        return self._tree.inclusion_path(place, self.size)

    def _read(self, level: int, number: int) -> bytes:
        if level == 0:
            return _join_hashes(self._read_leaves(number))
        while len(self._roots) < level:
            below = self._roots[-1]
            whole = range(0, len(below) - len(below) % WIDTH, WIDTH)
            self._roots.append([fold(below[start : start + WIDTH]) for start in whole])
        return b"".join(self._roots[level - 1][number * WIDTH : (number + 1) * WIDTH])


@dataclass(frozen=True, kw_only=True)
class ProvenLeaf:
    """A leaf, its place in the tree, and the path to the root."""

    leaf: bytes
    place: int
    path: Sequence[bytes]


class StoredTree:
    """The tree of a sealed ledger, as it is stored."""

    def __init__(self, campaign_id: int, size: int) -> None:
        self._campaign_id = campaign_id
        roots = db.session.scalars(
            select(LedgerTile.root)
            .where(LedgerTile.campaign_id == campaign_id)
            .order_by(LedgerTile.number)
        ).all()
        self._tiles = len(roots)
        self._read_leaves = cache(self._load_leaves)
        self.tree = LedgerTree(size, roots, self._read_leaves)

    def _load_leaves(self, number: int) -> bytes:
        """Return the leaves of a tile. Raises TreeBroken if it is missing."""
        tile = db.session.get(LedgerTile, (self._campaign_id, number))
        if tile is None:
            raise TreeBroken(f"Tile {number} of the ledger {self._campaign_id} is missing.")
        return tile.leaves

    def prove(self, token: bytes) -> list[ProvenLeaf]:
        """Return the leaf with a token, proven; without one, its neighbours: one or two of them.

        Raises TreeBroken if a tile is missing.
        """
        place, is_there = self._find(token)
        places = [place] if is_there else [place - 1, place]
        return [self._prove(each) for each in places if 0 <= each < self.tree.size]

    def _prove(self, place: int) -> ProvenLeaf:
        number, index = divmod(place, WIDTH)
        leaf = split_leaves(self._read_leaves(number))[index]
        return ProvenLeaf(leaf=leaf, place=place, path=self.tree.prove(place))

    def _find(self, token: bytes) -> tuple[int, bool]:
        """Return the place of a token, or the place that it would have."""
        low, high = 0, self._tiles
        while high - low > 1:  # the last tile that doesn't begin after the token
            middle = (low + high) // 2
            low, high = (
                (low, middle) if self._read_leaves(middle)[:HALF] > token else (middle, high)
            )
        if not self._tiles:
            return 0, False
        tokens = [each[:HALF] for each in split_leaves(self._read_leaves(low))]
        index = bisect_left(tokens, token)
        return low * WIDTH + index, tokens[index : index + 1] == [token]
