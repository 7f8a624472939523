"""Checks the whole log and the rows that rest on it; reports what is wrong and where.

The tree is recomputed from the entries, and compared with every tile and checkpoint. If the entries
and a tile differ, the level above shows which of them was altered.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, not_, or_, select

from supporters.audit.checkpoint_check import (
    CheckpointCheck,
    check_external_checkpoints,
    check_leaves,
    check_log_birth,
    report_restorations,
)
from supporters.audit.cosignature_check import check_cosignatures, check_timestamps
from supporters.audit.hidden_withdrawals import ErasedRecords, check_erased_consents
from supporters.audit.journal_check import check_journal
from supporters.audit.lost_leaves import check_lost_entries
from supporters.audit.reference_check import check_address_changes, check_people, check_references
from supporters.audit.restorations import list_appended
from supporters.audit.row_check import check_missing, check_rows
from supporters.audit.suppression_check import check_suppressions
from supporters.audit.verification_report import TileReader, VerificationReport, stream
from supporters.consent.record_models import LostEntry
from supporters.database import db, snapshot
from supporters.transparency_log.checkpoint_store import count_external_checkpoints
from supporters.transparency_log.log_records import hash_leaf
from supporters.transparency_log.merkle_tree import HASH_BYTES, WIDTH, WIDTH_BITS, Frontier, fold
from supporters.transparency_log.models import LogEntry, LogTile

MISSING = bytes(HASH_BYTES)


class UpperLevels:
    """The levels of the tree above the leaves, computed from the lowest one."""

    def __init__(self, report: VerificationReport) -> None:
        self._report = report
        self._readers: list[TileReader] = []
        self._open: list[list[bytes]] = []
        self._numbers: list[int] = []

    def root_of(self, number: int) -> bytes | None:
        """Return the root that the stored level above has for a tile of leaves."""
        return self._stored_root(0, number)

    def add(self, root: bytes) -> None:
        """Append the root of the next full tile of leaves to the level above."""
        self._add(0, root)

    def finish(self) -> None:
        """Compare the last tile of each level, which isn't full."""
        for place, hashes in enumerate(self._open):
            if hashes:
                self._compare(place, hashes)

    def _add(self, place: int, root: bytes) -> None:
        self._make(place)
        hashes = self._open[place]
        hashes.append(root)
        if len(hashes) == WIDTH:
            signed = self._compare(place, hashes)
            self._open[place] = []
            self._numbers[place] += 1
            self._add(place + 1, fold(signed))

    def _make(self, place: int) -> None:
        while len(self._open) <= place:
            self._readers.append(TileReader(len(self._readers) + 1))
            self._open.append([])
            self._numbers.append(0)

    def _stored_root(self, place: int, number: int) -> bytes | None:
        self._make(place)
        above, index = divmod(number, WIDTH)
        stored = self._readers[place].read(above) or []
        return stored[index] if index < len(stored) else None

    def _compare(self, place: int, computed: list[bytes]) -> list[bytes]:
        """Report a tile that differs from the computed one; return the hashes that were signed."""
        number = self._numbers[place]
        stored = self._readers[place].read(number)
        if stored == computed:
            return computed
        what = "it is missing" if stored is None else "it isn't the hash of the tiles below"
        self._report.fault("log_tile", f"{place + 1}/{number}", what)
        is_stored_signed = (
            stored is not None
            and len(stored) == len(computed) == WIDTH
            and fold(stored) == self._stored_root(place + 1, number)
        )
        return stored if stored is not None and is_stored_signed else computed


class Leaf(NamedTuple):
    """The hash of an entry's leaf, and the name of the entry; MISSING if the entry is missing."""

    entry: str
    digest: bytes


@dataclass(frozen=True)
class _Disagreement:
    """A tile, and the leaves of the entries, which differ from it."""

    report: VerificationReport
    number: int
    leaves: Sequence[Leaf]
    stored: Sequence[bytes]

    def settle(
        self, root: bytes | None, checkpoints: CheckpointCheck, frontier: Frontier
    ) -> list[bytes]:
        """Report whether the tile or the entries were altered; return the signed hashes."""
        computed = self._filled()
        stored = [*self.stored]
        if stored == computed:
            return computed
        if len(computed) == WIDTH:
            is_computed, is_stored = fold(computed) == root, _root_of(stored) == root
        else:
            is_computed = checkpoints.agree(frontier, computed)
            is_stored = len(stored) == len(computed) and checkpoints.agree(frontier, stored)
        if not is_stored:
            self._blame_tile()
        if not is_computed:
            self._blame_entries()
        return stored if is_stored and not is_computed else computed

    def _filled(self) -> list[bytes]:
        """Return the computed hashes; for a missing entry, the hash in the tile."""
        return [
            self.stored[place] if not leaf.entry and place < len(self.stored) else leaf.digest
            for place, leaf in enumerate(self.leaves)
        ]

    def _blame_tile(self) -> None:
        what = "it doesn't match its entries" if self.stored else "it is missing"
        self.report.fault("log_tile", f"0/{self.number}", what)

    def _blame_entries(self) -> None:
        for place, leaf in enumerate(self.leaves):
            stored = self.stored[place] if place < len(self.stored) else MISSING
            if leaf.entry and leaf.digest != stored:
                what = "it was altered: its hash isn't the sealed one"
                position = self.number * WIDTH + place
                self.report.fault("log_entry", leaf.entry, what, position=position)


def verify(now: datetime) -> VerificationReport:
    """Check everything in one snapshot of the database. It blocks no writes."""
    report = VerificationReport()
    last_line = count_external_checkpoints()
    with snapshot():
        check_tree(report)
        check_lost_entries(report, list_appended())
        erased = ErasedRecords(report, now)
        check_rows(report, erased, now)
        check_missing(report, erased, now)
        check_erased_consents(report, erased)
        check_suppressions(report)
        check_people(report)
        check_references(report)
        check_address_changes(report)
        check_journal(report, now)
        check_external_checkpoints(report, last_line)
        check_leaves(report)
        check_cosignatures(report)
        check_timestamps(report)
        report_restorations(report)
        check_log_birth(report)
    return report


def find_extra_tiles(report: VerificationReport, size: int) -> None:
    """Report tiles that are outside of the tree of this size."""
    fitting, level = [], 0
    while count := size >> WIDTH_BITS * level:
        tiles = -(-count // WIDTH)
        fitting.append(and_(LogTile.level == level, LogTile.number.between(0, tiles - 1)))
        level += 1
    extra = select(LogTile.level, LogTile.number)
    if fitting:
        extra = extra.where(not_(or_(*fitting)))
    for found_level, number in db.session.execute(extra.limit(100)):
        what = "it is outside of the signed tree"
        report.fault("log_tile", f"{found_level}/{number}", what)


def check_tree(report: VerificationReport) -> None:
    """Check every sealed entry, every tile and every checkpoint."""
    checkpoints, uppers, frontier, reader = (
        CheckpointCheck(report),
        UpperLevels(report),
        Frontier(),
        TileReader(0),
    )
    for number, leaves in enumerate(_leaves_by_tile(report, checkpoints.size)):
        stored = reader.read(number)
        digests = [leaf.digest for leaf in leaves]
        if stored != digests:
            disagreement = _Disagreement(report, number, leaves, stored or [])
            digests = disagreement.settle(uppers.root_of(number), checkpoints, frontier)
        checkpoints.check(frontier, digests, first=number * WIDTH)
        if len(digests) == WIDTH:
            root = fold(digests)
            frontier.push(root, WIDTH_BITS)
            uppers.add(root)
        report.entries += len(leaves)
    uppers.finish()
    checkpoints.finish()
    find_extra_tiles(report, checkpoints.size)
    waiting = select(func.count()).select_from(LogEntry).where(LogEntry.position.is_(None))
    report.unsealed = db.session.scalar(waiting) or 0


def _leaves_by_tile(report: VerificationReport, size: int) -> Iterator[list[Leaf]]:
    """Yield the leaves of the signed tree by 256. Report entries outside of it or missing."""
    leaves: list[Leaf] = []
    for leaf in _leaves(report, size):
        leaves.append(leaf)
        if len(leaves) == WIDTH:
            yield leaves
            leaves = []
    if leaves:
        yield leaves


def _leaves(report: VerificationReport, size: int) -> Iterator[Leaf]:
    expected = beyond = 0
    for position, leaf in heapq.merge(_list_placed(), _list_lost()):
        if not expected <= position < size:
            what = f"it is outside of the signed tree of {size} entries"
            report.fault("log_entry", leaf.entry, what, position=position)
            beyond = position + 1
            continue
        yield from _gap(report, expected, position)
        yield leaf
        expected = position + 1
    yield from _gap(report, expected, size)
    if beyond > size:
        report.fault("log_checkpoint", beyond, f"no checkpoint covers the entries after {size}")


def _list_placed() -> Iterator[tuple[int, Leaf]]:
    """Yield the position and the leaf of each sealed entry, in order."""
    rows: Any = select(LogEntry.position, LogEntry.kind, LogEntry.record_id, LogEntry.commitment)
    placed = rows.where(LogEntry.position.is_not(None)).order_by(LogEntry.position)
    for position, kind, record_id, commitment in stream(placed):
        yield position, Leaf(f"{kind} {record_id}", hash_leaf(kind, record_id, commitment))


def _list_lost() -> Iterator[tuple[int, Leaf]]:
    """Yield the same of each entry whose record a restore lost."""
    rows = select(LostEntry.position, LostEntry.leaf).order_by(LostEntry.position)
    for position, leaf in stream(rows):
        yield position, Leaf(f"lost {position}", leaf)


def _gap(report: VerificationReport, first: int, end: int) -> Iterator[Leaf]:
    """Yield a placeholder for each missing entry."""
    if end > first:
        missing = f"position {first}" if end == first + 1 else f"positions {first} to {end - 1}"
        what = f"the tree has entries there, the table has none: {end - first} deleted"
        report.fault("log_entry", missing, what, position=first)
    for _ in range(first, end):
        yield Leaf("", MISSING)


def _root_of(hashes: Sequence[bytes]) -> bytes | None:
    return fold(hashes) if len(hashes) == WIDTH else None
