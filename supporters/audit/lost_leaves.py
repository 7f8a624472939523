"""Appends the entries that a restore lost to the tree again, by their hashes alone (ADR 141).

The hashes come from the file that a machine wrote beside its checkpoints. They are believed only if
they lead from the tree of the backup to the root of the newest published checkpoint.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, insert, select

from supporters.audit.verification_report import VerificationReport
from supporters.consent.record_models import LostEntry, Restoration
from supporters.database import db, in_transaction
from supporters.transparency_log.cached_tree import add_leaves
from supporters.transparency_log.checkpoint_store import list_external_checkpoints
from supporters.transparency_log.checkpoints import Checkpoint, sign_checkpoint
from supporters.transparency_log.leaf_store import count_leaves, leaves_file, read_leaves
from supporters.transparency_log.log_birth import record_birth
from supporters.transparency_log.log_records import hash_leaf, signing_key
from supporters.transparency_log.merkle_tree import Frontier
from supporters.transparency_log.models import LogCheckpoint, LogEntry
from supporters.transparency_log.queries import find_latest_checkpoint


@dataclass(frozen=True, kw_only=True)
class LostLeaves:
    """The leaves from position `first` up to the newest published checkpoint, the last of `heads`.

    `waiting` are the unsealed entries of the backup that the lost tree had, by their positions:
    their records aren't lost.
    """

    first: int
    leaves: list[bytes]
    heads: list[Checkpoint]
    waiting: Mapping[int, LogEntry]

    @property
    def lost(self) -> int:
        """How many records are lost."""
        return len(self.leaves) - len(self.waiting)


def find_lost_leaves(lost: Checkpoint, folders: Iterable[Path]) -> LostLeaves | None:
    """Return the leaves that the tree lacks of a checkpoint; None if no folder has them."""
    folders = [*folders]
    heads = [each for folder in folders for _, each in list_external_checkpoints(folder) if each]
    for folder in folders:
        path = leaves_file(lost.origin, folder)
        if count_leaves(path) >= lost.size and (found := _read(path, lost, heads)):
            return found
    return None


def _read(path: Path, lost: Checkpoint, heads: Iterable[Checkpoint]) -> LostLeaves | None:
    """Return the leaves in a file that follow the tree in the database; None if they don't fit."""
    newest = find_latest_checkpoint()
    first = newest.size if newest else 0
    wanted = {each.size: each for each in heads if first < each.size < lost.size}
    roots: dict[int, bytes] = {}
    leaves, frontier = [], Frontier()
    for size, leaf in enumerate(read_leaves(path, lost.size), 1):
        frontier.push(leaf)
        if size > first:
            leaves.append(leaf)
        if size in wanted or size in {first, lost.size}:
            roots[size] = frontier.root()
    if roots[lost.size] != lost.root or (newest and roots[first] != newest.root):
        return None
    fitting = [wanted[size] for size in sorted(wanted) if wanted[size].root == roots[size]]
    waiting = _list_waiting()
    found = {first + place: waiting[leaf] for place, leaf in enumerate(leaves) if leaf in waiting}
    return LostLeaves(first=first, leaves=leaves, heads=[*fitting, lost], waiting=found)


def _list_waiting() -> dict[bytes, LogEntry]:
    entries = db.session.scalars(select(LogEntry).where(LogEntry.position.is_(None)))
    return {hash_leaf(each.kind, each.record_id, each.commitment): each for each in entries}


@in_transaction
def append_lost_leaves(found: LostLeaves, restoration_id: int, now: datetime) -> None:
    """Put the lost leaves and their checkpoints into the tree. The restoration is stored."""
    rows = []
    for position, leaf in enumerate(found.leaves, found.first):
        if (entry := found.waiting.get(position)) is not None:
            entry.position = position
        else:
            row = {"position": position, "leaf": leaf, "restoration_id": restoration_id}
            rows.append(row)
    if rows:
        db.session.execute(insert(LostEntry), rows)
    add_leaves(found.first, found.leaves)
    stored = [*_make_rows(found.heads, now)]
    db.session.add_all(stored)
    db.session.flush()
    if found.first == 0:
        record_birth(stored[0])


def _make_rows(heads: Iterable[Checkpoint], now: datetime) -> Iterator[LogCheckpoint]:
    """Yield the rows of checkpoints. One without its time gets the present one, signed by us."""
    for each in heads:
        text, sealed_at = each.text, now.replace(microsecond=0)
        if each.sealed_at:
            sealed_at = datetime.fromisoformat(each.sealed_at)
        else:
            text = sign_checkpoint(
                signing_key(),
                origin=each.origin,
                size=each.size,
                root=each.root,
                sealed_at=sealed_at,
            )
        yield LogCheckpoint(size=each.size, root=each.root, sealed_at=sealed_at, checkpoint=text)


def check_lost_entries(
    report: VerificationReport, spans: Mapping[int, tuple[Restoration, int]]
) -> None:
    """Check that each lost entry is one of a restoration in the log, and within its span.

    `spans` has each such restoration by its id, with the size of the tree that it restored.
    """
    groups = select(
        LostEntry.restoration_id,
        func.count(),
        func.min(LostEntry.position),
        func.max(LostEntry.position),
    ).group_by(LostEntry.restoration_id)
    found = {key: (count, first, last) for key, count, first, last in db.session.execute(groups)}
    for restoration_id in sorted({*found} | {*spans}):
        count, first, last = found.get(restoration_id, (0, None, None))
        row = f"restoration {restoration_id}"
        if restoration_id not in spans:
            what = f"{count} entries have only their hashes, and no valid restoration lost them"
            report.fault("lost_entry", row, what, position=first)
            continue
        restoration, end = spans[restoration_id]
        if count != restoration.appended:
            what = f"{count} entries have only their hashes: it lost {restoration.appended}"
            report.fault("lost_entry", row, what, position=first)
        elif count and not restoration.restored_size <= (first or 0) <= (last or 0) < end:
            what = f"entries outside of what it lost, {restoration.restored_size} to {end - 1}"
            report.fault("lost_entry", row, what, position=first)
