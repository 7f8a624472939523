"""Compares every checkpoint, stored or kept outside, with the root that the entries come to."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Row, select

from supporters.audit.checkpoint_comparison import Verdict, compare
from supporters.audit.restorations import find_restoration_that_lost
from supporters.audit.verification_report import Report, stream
from supporters.consent.record_forms import RESTORED
from supporters.consent.record_models import Restoration
from supporters.database import db
from supporters.transparency_log.checkpoint_store import heads_file, list_external_heads
from supporters.transparency_log.checkpoints import (
    Checkpoint,
    CheckpointInvalid,
    read_checkpoint,
    read_of_another_key,
    sign_checkpoint,
)
from supporters.transparency_log.log_keys import SIGNING, signing_key
from supporters.transparency_log.log_records import moment
from supporters.transparency_log.merkle_tree import hash_pair
from supporters.transparency_log.models import LogHead
from supporters.transparency_log.sealing_spans import SKEW

COLUMNS = select(LogHead.size, LogHead.root, LogHead.sealed_at, LogHead.checkpoint)
Head = Row[int, bytes, datetime, str]
AT_ONCE = 500
Line = tuple[int, Checkpoint | None]


class Frontier:
    """The roots of the perfect subtrees that the leaves so far make up, the largest first."""

    def __init__(self, peaks: Sequence[tuple[int, bytes]] = ()) -> None:
        self._peaks = [*peaks]

    def push(self, digest: bytes, height: int = 0) -> None:
        """Put a subtree of 2ⁿ leaves behind the others; n is its height."""
        peaks = self._peaks
        while peaks and peaks[-1][0] == height:
            digest = hash_pair(peaks.pop()[1], digest)
            height += 1
        peaks.append((height, digest))

    def root(self) -> bytes:
        """Return the root over all leaves so far; there must be one."""
        *earlier, (_, root) = self._peaks
        for _, peak in reversed(earlier):
            root = hash_pair(peak, root)
        return root

    def copy(self) -> "Frontier":
        """Return another one that goes on from here."""
        return Frontier(self._peaks)


class Heads:
    """The signed heads in the order of their sizes; `size` is that of the newest with our word."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._key = signing_key()
        self._latest: datetime | None = None
        self._foreign = array("q")
        self._newest = self._find_newest()
        self.size = self._newest.size if self._newest else 0
        self._coming: Iterator[Head] = stream(COLUMNS.order_by(LogHead.size))
        self._next = next(self._coming, None)

    def agree(self, frontier: Frontier, leaves: Sequence[bytes]) -> bool:
        """Tell whether the newest head was signed for a tree that ends with these leaves."""
        whole = frontier.copy()
        for leaf in leaves:
            whole.push(leaf)
        return self._newest is not None and self._newest.root == whole.root()

    def check(self, frontier: Frontier, leaves: Sequence[bytes], *, first: int) -> None:
        """Check the heads whose sizes end within these leaves; `first` is where they stand."""
        if self._next is None or self._next.size > first + len(leaves):
            return
        whole = frontier.copy()
        for size, leaf in enumerate(leaves, start=first + 1):
            whole.push(leaf)
            while self._next is not None and self._next.size <= size:
                self._check(self._next, whole.root() if self._next.size == size else None)
                self._next = next(self._coming, None)

    def finish(self) -> None:
        """Report the heads for which there are no entries, and those that another key signed."""
        while self._next is not None:
            self._check(self._next, None)
            self._next = next(self._coming, None)
        if self._foreign:
            what = f"{len(self._foreign)} of {self._report.heads} heads are signed by another key: "
            what = (
                f"{what}the signing key in the database was replaced, or it is another database's"
            )
            self._report.fault("data_key", SIGNING, what)

    def _check(self, head: Head, root: bytes | None) -> None:
        self._report.heads += 1
        what = self._find_fault(head, root)
        if what:
            self._report.fault("log_head", head.size, what)
        if self._latest is not None and head.sealed_at < self._latest - SKEW:
            what = (
                f"it was signed at {head.sealed_at.isoformat(timespec='seconds')}, and a smaller "
            )
            what = f"{what}one at {self._latest.isoformat(timespec='seconds')}: time went back"
            self._report.fault("log_head", head.size, what)
        self._latest = max(self._latest or head.sealed_at, head.sealed_at)

    def _find_fault(self, head: Head, root: bytes | None) -> str:
        """Return what is wrong with a head; nothing if it is what we sign for this tree."""
        if root is None:
            return "there are no entries for a tree of this size"
        if head.root != root:
            return "its root isn't what the entries come to at this size"
        origin = head.checkpoint.partition("\n")[0]
        signed = sign_checkpoint(
            self._key, origin=origin, size=head.size, root=root, sealed_at=head.sealed_at
        )
        if head.checkpoint == signed:
            return ""
        if read_of_another_key(head.checkpoint, self._key.public_key()) is not None:
            self._foreign.append(head.size)
            return ""
        if self._is_signed(head):
            return "its checkpoint was signed for another size, root or time than the row says"
        return "its checkpoint isn't signed by this log"

    def _is_signed(self, head: Head) -> bool:
        try:
            read_checkpoint(head.checkpoint, self._key.public_key())
        except CheckpointInvalid:
            return False
        return True

    def _find_newest(self) -> Checkpoint | None:
        """Return the largest head that is signed for its own size; by another key if none is."""
        key, of_another = self._key.public_key(), None
        for head in stream(COLUMNS.order_by(LogHead.size.desc())):
            try:
                signed = read_checkpoint(head.checkpoint, key)
            except CheckpointInvalid:
                of_another = of_another or read_of_another_key(head.checkpoint, key)
                continue
            if signed.size == head.size:
                return signed
        return of_another


def check_outside(report: Report) -> None:
    """Check that the tree grew out of every head that was kept outside, and that it has them."""
    lines = list_external_heads()
    sizes, foreign = array("q"), array("q")
    while some := [*islice(lines, AT_ONCE)]:
        report.outside += len(some)
        sizes.extend(kept.size for _, kept in some if kept is not None)
        heads = _list_heads([kept.size for _, kept in some if kept is not None])
        for number, kept in some:
            if kept is None:
                foreign.append(number)
            elif kept.size not in heads or heads[kept.size][0] != kept.root:
                _look_closer(report, number, kept)
            elif moment(heads[kept.size][1]) != kept.sealed_at:
                what = f"it was kept outside (line {number}) as signed at {kept.sealed_at}"
                report.fault("log_head", kept.size, f"{what}: the database has another time")
    _report_foreign(report, foreign)
    _note_heads_not_kept(report, sizes)


def _report_foreign(report: Report, lines: "array[int]") -> None:
    """Report the lines that this log didn't sign: together, since they have one cause."""
    if len(lines) == 1:
        report.fault(heads_file().name, f"line {lines[0]}", "this log didn't sign it")
    elif lines:
        what = f"this log didn't sign these {len(lines)} heads: its signing key was replaced, or "
        what = f"{what}the file is of another database"
        report.fault(heads_file().name, f"lines {lines[0]} to {lines[-1]}", what)


def _list_heads(sizes: Sequence[int]) -> dict[int, tuple[bytes, datetime]]:
    columns = (LogHead.size, LogHead.root, LogHead.sealed_at)
    rows = db.session.execute(select(*columns).where(LogHead.size.in_(sizes)))
    return {row.size: (row.root, row.sealed_at) for row in rows}


def _note_heads_not_kept(report: Report, sizes: "array[int]") -> None:
    """Note the heads that this machine didn't keep: then another one, that seals too, did."""
    kept = array("q", sorted(sizes))
    missing = [
        size
        for (size,) in stream(select(LogHead.size).order_by(LogHead.size))
        if (place := bisect_left(kept, size)) == len(kept) or kept[place] != size
    ]
    if missing:
        row = f"{missing[0]} to {missing[-1]}" if len(missing) > 1 else missing[0]
        what = f"{len(missing)} of the heads aren't in the file of this machine: another machine "
        what = (
            f"{what}that seals must have kept them. Compare with its file: consent head --compare"
        )
        report.note("log_head", row, what)


def _look_closer(report: Report, number: int, kept: Checkpoint) -> None:
    line = f"line {number}"
    match compare(kept).verdict:
        case Verdict.CONTAINED:
            what = f"it was signed and kept outside ({line}), and its row is missing"
            report.fault("log_head", kept.size, what)
        case Verdict.LOST:
            what = "what it stands for was lost by a restoration"
            report.note(heads_file().name, line, f"{what}{_say_how_much_more(kept)}")
        case Verdict.LONGER:
            what = f"the head of {kept.size} entries, sealed {kept.sealed_at}, is not in the tree:"
            report.fault(heads_file().name, line, f"{what} the database has fewer")
        case Verdict.DIFFERENT | Verdict.FOREIGN:
            what = f"the head of {kept.size} entries, sealed {kept.sealed_at}, is not in the tree:"
            report.fault(heads_file().name, line, f"{what} the tree was made anew, or altered")


def _say_how_much_more(kept: Checkpoint) -> str:
    """Say it if more was lost than the restoration names, since it didn't know this head."""
    restoration = find_restoration_that_lost(kept)
    if restoration is None:
        return ""
    lost = read_checkpoint(restoration.lost_head, signing_key().public_key())
    more = kept.size - lost.size
    return f", and {more} more entries than that restoration says" if more > 0 else ""


def note_restorations(report: Report) -> None:
    """Note how many entries each restoration lost."""
    for restoration in db.session.scalars(select(Restoration).order_by(Restoration.id)):
        row, size = f"{RESTORED} {restoration.id}", restoration.restored_size
        try:
            lost = read_checkpoint(restoration.lost_head, signing_key().public_key())
        except CheckpointInvalid:
            report.fault("restoration", row, "its lost head isn't signed by this log")
            continue
        if size is not None:
            what = (
                f"a backup of {size} entries was put back; {lost.size - size} later ones are lost"
            )
            report.note("restoration", row, what)
