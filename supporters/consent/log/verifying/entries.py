"""Computes the tree anew from the entries, and compares it with every tile and every head.

Where the entries and a tile disagree, what was computed from them above says which was altered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from supporters.consent.log.models import LogEntry
from supporters.consent.log.proofs import HASH_BYTES
from supporters.consent.log.records import hash_leaf
from supporters.consent.log.tree import WIDTH, WIDTH_BITS, fold
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.frontier import Frontier
from supporters.consent.log.verifying.heads import Heads
from supporters.consent.log.verifying.reading import TileReader, stream
from supporters.consent.log.verifying.tiles import UpperLevels, find_extra_tiles
from supporters.database import db

GONE = bytes(HASH_BYTES)


@dataclass(frozen=True)
class Leaf:
    """The hash of an entry's leaf, and which entry it is; GONE where there is none."""

    entry: str
    digest: bytes


def check_tree(report: Report) -> None:
    """Check every sealed entry, every tile and every head."""
    heads, uppers, frontier, reader = (
        Heads(report),
        UpperLevels(report),
        Frontier(),
        TileReader(0),
    )
    for number, leaves in enumerate(_leaves_by_tile(report, heads.size)):
        stored = reader.read(number)
        digests = [leaf.digest for leaf in leaves]
        if stored != digests:
            disagreement = _Disagreement(report, number, leaves, stored or [])
            digests = disagreement.settle(uppers.root_of(number), heads, frontier)
        heads.check(frontier, digests, first=number * WIDTH)
        if len(digests) == WIDTH:
            root = fold(digests)
            frontier.push(root, WIDTH_BITS)
            uppers.add(root)
        report.entries += len(leaves)
    uppers.finish()
    heads.finish()
    find_extra_tiles(report, heads.size)
    waiting = select(func.count()).select_from(LogEntry).where(LogEntry.position.is_(None))
    report.unsealed = db.session.scalar(waiting) or 0


def _leaves_by_tile(report: Report, size: int) -> Iterator[list[Leaf]]:
    """Yield the leaves of the signed tree by 256; whatever has no place or no entry is reported."""
    leaves: list[Leaf] = []
    for leaf in _leaves(report, size):
        leaves.append(leaf)
        if len(leaves) == WIDTH:
            yield leaves
            leaves = []
    if leaves:
        yield leaves


def _leaves(report: Report, size: int) -> Iterator[Leaf]:
    expected = beyond = 0
    rows = select(LogEntry.position, LogEntry.kind, LogEntry.record_id, LogEntry.commitment)
    for row in stream(rows.where(LogEntry.position.is_not(None)).order_by(LogEntry.position)):
        position: int = row.position
        entry = f"{row.kind} {row.record_id}"
        if not expected <= position < size:
            what = f"it stands outside the signed tree of {size} entries"
            report.fault("log_entry", entry, what, position=position)
            beyond = position + 1
            continue
        yield from _gap(report, expected, position)
        yield Leaf(entry, hash_leaf(row.kind, row.record_id, row.commitment))
        expected = position + 1
    yield from _gap(report, expected, size)
    if beyond > size:
        report.fault("log_head", beyond, f"no signed head covers the entries behind {size}")


def _gap(report: Report, first: int, end: int) -> Iterator[Leaf]:
    """Yield what stands for entries that are missing."""
    if end > first:
        missing = f"position {first}" if end == first + 1 else f"positions {first} to {end - 1}"
        what = f"the tree has an entry there, and the table has none: {end - first} deleted"
        report.fault("log_entry", missing, what, position=first)
    for _ in range(first, end):
        yield Leaf("", GONE)


@dataclass(frozen=True)
class _Disagreement:
    """A tile and the leaves that it should hold, which it doesn't."""

    report: Report
    number: int
    leaves: Sequence[Leaf]
    stored: Sequence[bytes]

    def settle(self, root: bytes | None, heads: Heads, frontier: Frontier) -> list[bytes]:
        """Report who of both was altered; return the hashes that were signed."""
        computed = self._filled()
        stored = [*self.stored]
        if stored == computed:
            return computed
        if len(computed) == WIDTH:
            is_computed, is_stored = fold(computed) == root, _root_of(stored) == root
        else:
            is_computed = heads.agree(frontier, computed)
            is_stored = len(stored) == len(computed) and heads.agree(frontier, stored)
        if not is_stored:
            self._blame_tile()
        if not is_computed:
            self._blame_entries()
        return stored if is_stored and not is_computed else computed

    def _filled(self) -> list[bytes]:
        """Return the computed hashes; where an entry is missing, what the tile has of it."""
        return [
            self.stored[place] if leaf.digest == GONE and place < len(self.stored) else leaf.digest
            for place, leaf in enumerate(self.leaves)
        ]

    def _blame_tile(self) -> None:
        what = "it isn't what its entries come to" if self.stored else "it is missing"
        self.report.fault("log_tile", f"0/{self.number}", what)

    def _blame_entries(self) -> None:
        for place, leaf in enumerate(self.leaves):
            stored = self.stored[place] if place < len(self.stored) else GONE
            if leaf.entry and leaf.digest != stored:
                what = "it was altered: its hash isn't the one that was sealed"
                position = self.number * WIDTH + place
                self.report.fault("log_entry", leaf.entry, what, position=position)


def _root_of(hashes: Sequence[bytes]) -> bytes | None:
    return fold(hashes) if len(hashes) == WIDTH else None
