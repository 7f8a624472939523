"""Compares every checkpoint, stored or external, with the root of the entries."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice

from sqlalchemy import Row, select

from supporters.audit.checkpoint_comparison import ComparisonResult, compare_checkpoint
from supporters.audit.restorations import (
    find_acknowledgement,
    find_restoration_that_lost,
    list_appended,
)
from supporters.audit.verification_report import VerificationReport, stream
from supporters.consent.record_forms import RESTORED
from supporters.consent.record_models import Restoration
from supporters.database import db
from supporters.transparency_log.checkpoint_store import checkpoints_file, list_external_checkpoints
from supporters.transparency_log.checkpoints import (
    Checkpoint,
    CheckpointInvalid,
    read_checkpoint,
    read_checkpoint_of_another_key,
    sign_checkpoint,
)
from supporters.transparency_log.leaf_store import find_differing_leaf, leaves_file
from supporters.transparency_log.log_birth import BIRTH, find_birth_fault
from supporters.transparency_log.log_proofs import CLOCK_SKEW
from supporters.transparency_log.log_records import SIGNING, format_moment, signing_key
from supporters.transparency_log.merkle_tree import Frontier, TreeBroken
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_first_checkpoint, find_latest_checkpoint

COLUMNS = select(
    LogCheckpoint.size, LogCheckpoint.root, LogCheckpoint.sealed_at, LogCheckpoint.checkpoint
)
CheckpointRow = Row[int, bytes, datetime, str]
BATCH_SIZE = 500


class CheckpointCheck:
    """Checks the stored checkpoints in the order of their sizes."""

    def __init__(self, report: VerificationReport) -> None:
        self._report = report
        self._key = signing_key()
        self._latest: datetime | None = None
        self._foreign = array("q")
        self._newest = self._find_newest()
        self.size = self._newest.size if self._newest else 0
        self._coming: Iterator[CheckpointRow] = stream(COLUMNS.order_by(LogCheckpoint.size))
        self._next = next(self._coming, None)

    def agree(self, frontier: Frontier, leaves: Sequence[bytes]) -> bool:
        """Tell whether the latest checkpoint was signed for a tree that ends with these leaves."""
        whole = frontier.copy()
        for leaf in leaves:
            whole.push(leaf)
        return self._newest is not None and self._newest.root == whole.root()

    def check(self, frontier: Frontier, leaves: Sequence[bytes], *, first: int) -> None:
        """Check the checkpoints whose sizes end within these leaves, the first at `first`."""
        if self._next is None or self._next.size > first + len(leaves):
            return
        whole = frontier.copy()
        for size, leaf in enumerate(leaves, start=first + 1):
            whole.push(leaf)
            while self._next is not None and self._next.size <= size:
                self._check(self._next, whole.root() if self._next.size == size else None)
                self._next = next(self._coming, None)

    def finish(self) -> None:
        """Report checkpoints that are larger than the tree, and those that another key signed."""
        while self._next is not None:
            self._check(self._next, None)
            self._next = next(self._coming, None)
        if self._foreign:
            what = f"{len(self._foreign)} of {self._report.checkpoints} checkpoints are signed by "
            what = f"{what}another key: the signing key in the database was replaced, or is of "
            what = f"{what}another database"
            self._report.fault("data_key", SIGNING, what)

    def _check(self, row: CheckpointRow, root: bytes | None) -> None:
        self._report.checkpoints += 1
        what = self._find_fault(row, root)
        if what:
            self._report.fault("log_checkpoint", row.size, what)
        if self._latest is not None and row.sealed_at < self._latest - CLOCK_SKEW:
            what = f"it was signed at {row.sealed_at.isoformat(timespec='seconds')}, a smaller "
            what = f"{what}one at {self._latest.isoformat(timespec='seconds')}: time went back"
            self._report.fault("log_checkpoint", row.size, what)
        self._latest = max(self._latest or row.sealed_at, row.sealed_at)

    def _find_fault(self, row: CheckpointRow, root: bytes | None) -> str:
        """Return what is wrong with a checkpoint; an empty text if nothing is."""
        if root is None:
            return "there are no entries for a tree of this size"
        if row.root != root:
            return "its root isn't that of the entries at this size"
        origin = row.checkpoint.partition("\n")[0]
        signed = sign_checkpoint(
            self._key, origin=origin, size=row.size, root=root, sealed_at=row.sealed_at
        )
        if row.checkpoint == signed:
            return ""
        if read_checkpoint_of_another_key(row.checkpoint, self._key.public_key()) is not None:
            self._foreign.append(row.size)
            return ""
        return self._find_difference(row, root)

    def _find_difference(self, row: CheckpointRow, root: bytes) -> str:
        """Return how the text and its row differ: others may have signed it, and in other forms."""
        try:
            read = read_checkpoint(row.checkpoint, self._key.public_key())
        except CheckpointInvalid:
            return "its checkpoint isn't signed by this log"
        if (read.size, read.root, read.sealed_at) != (row.size, root, format_moment(row.sealed_at)):
            return "its checkpoint was signed for another size, root or time than those of the row"
        return ""

    def _find_newest(self) -> Checkpoint | None:
        """Return the largest valid checkpoint; one of another key if none is valid."""
        key, of_another = self._key.public_key(), None
        for row in stream(COLUMNS.order_by(LogCheckpoint.size.desc())):
            try:
                signed = read_checkpoint(row.checkpoint, key)
            except CheckpointInvalid:
                of_another = of_another or read_checkpoint_of_another_key(row.checkpoint, key)
                continue
            if signed.size == row.size:
                return signed
        return of_another


def check_external_checkpoints(report: VerificationReport, last_line: int) -> None:
    """Check that the tree extends every external checkpoint, and that the database has it.

    The lines after `last_line` are newer than the snapshot of the database that is read.
    """
    lines = list_external_checkpoints()
    sizes, foreign = array("q"), array("q")
    while some := [*islice(lines, BATCH_SIZE)]:
        report.outside += len(some)
        sizes.extend(external.size for _, external in some if external is not None)
        stored = _list_heads([external.size for _, external in some if external is not None])
        for number, external in some:
            if external is None:
                foreign.append(number)
            elif number > last_line:
                continue
            elif external.size not in stored or stored[external.size][0] != external.root:
                _report_mismatch(report, number, external)
            elif format_moment(stored[external.size][1]) != external.sealed_at:
                what = f"line {number} of the file says that it was signed at {external.sealed_at}"
                report.fault(
                    "log_checkpoint", external.size, f"{what}: the database has another time"
                )
    _report_foreign(report, foreign)
    _note_missing_checkpoints(report, sizes)


def _report_foreign(report: VerificationReport, lines: "array[int]") -> None:
    """Report the lines that this log didn't sign as one fault, since they have one cause."""
    if len(lines) == 1:
        report.fault(checkpoints_file().name, f"line {lines[0]}", "this log didn't sign it")
    elif lines:
        what = f"this log didn't sign these {len(lines)} checkpoints: its signing key was "
        what = f"{what}replaced, or the file is of another database"
        report.fault(checkpoints_file().name, f"lines {lines[0]} to {lines[-1]}", what)


def _list_heads(sizes: Sequence[int]) -> dict[int, tuple[bytes, datetime]]:
    columns = (LogCheckpoint.size, LogCheckpoint.root, LogCheckpoint.sealed_at)
    rows = db.session.execute(select(*columns).where(LogCheckpoint.size.in_(sizes)))
    return {row.size: (row.root, row.sealed_at) for row in rows}


def _note_missing_checkpoints(report: VerificationReport, sizes: "array[int]") -> None:
    """Note the checkpoints that are in no line of this machine: another machine sealed them."""
    external = array("q", sorted(sizes))
    missing = [
        size
        for (size,) in stream(select(LogCheckpoint.size).order_by(LogCheckpoint.size))
        if (place := bisect_left(external, size)) == len(external) or external[place] != size
    ]
    if missing:
        row = f"{missing[0]} to {missing[-1]}" if len(missing) > 1 else missing[0]
        what = f"{len(missing)} of the checkpoints aren't in the file of this machine: another "
        what = f"{what}one must have sealed them. Compare with its file: consent head --compare"
        report.note("log_checkpoint", row, what)


def _report_mismatch(report: VerificationReport, number: int, external: Checkpoint) -> None:
    line = f"line {number}"
    match compare_checkpoint(external).verdict:
        case ComparisonResult.CONTAINED if _is_appended(external):
            what = "its entries were lost by a restore, and appended again without this checkpoint"
            report.note(checkpoints_file().name, line, what)
        case ComparisonResult.CONTAINED | ComparisonResult.OUT_OF_TIME:
            what = f"it was signed, {line} of the file has it, and its row is missing"
            report.fault("log_checkpoint", external.size, what)
        case ComparisonResult.LOST:
            what = "a restoration lost its entries, and no owner has acknowledged it"
            report.fault(checkpoints_file().name, line, f"{what}{_describe_further_loss(external)}")
        case ComparisonResult.ACKNOWLEDGED:
            what = "a restoration lost its entries, as an owner acknowledged"
            report.note(checkpoints_file().name, line, f"{what}{_describe_further_loss(external)}")
        case ComparisonResult.LONGER:
            report.fault(
                checkpoints_file().name,
                line,
                f"{_describe_missing(external)}: the database has fewer",
            )
        case ComparisonResult.DIFFERENT | ComparisonResult.FOREIGN:
            what = f"{_describe_missing(external)}: the tree was recomputed or altered"
            report.fault(checkpoints_file().name, line, what)


def _is_appended(external: Checkpoint) -> bool:
    """Tell whether a checkpoint ends within entries that a restoration appended again."""
    return any(each.restored_size < external.size < end for each, end in list_appended().values())


def _describe_missing(external: Checkpoint) -> str:
    sealed = f"{external.size} entries, sealed {external.sealed_at}"
    return f"the checkpoint of {sealed}, is not in the tree"


def _describe_further_loss(external: Checkpoint) -> str:
    """Return how many more entries are lost than the restoration says, as text."""
    restoration = find_restoration_that_lost(external)
    if restoration is None:
        return ""
    lost = read_checkpoint(restoration.lost_head, signing_key().public_key())
    more = external.size - lost.size
    return f", and {more} more entries than that restoration says" if more > 0 else ""


def check_leaves(report: VerificationReport) -> None:
    """Check that the leaves outside are those of the tree: a restore appends the lost ones."""
    newest = find_latest_checkpoint()
    if newest is None:
        return
    path = leaves_file(newest.checkpoint.partition("\n")[0])
    with suppress(TreeBroken):  # the check of the tree reports it
        if (place := find_differing_leaf(path, newest.size)) is not None:
            what = "it has other hashes than the tree from there on: a restore can't use it. If the"
            what = f"{what} log is in order otherwise, delete it: the next sealing writes it anew"
            report.fault(path.name, f"leaf {place}", what)


def check_log_birth(report: VerificationReport) -> None:
    """Check that the log is the one that began; note how many records are older than it."""
    if what := find_birth_fault():
        report.fault("data_key", BIRTH, f"the log began again: {what}")
    first = find_first_checkpoint()
    if report.older and first is not None:
        what = f"{report.older} records are older than the log: they were sealed when it began, "
        what = f"{what}by {first.sealed_at.isoformat(timespec='seconds')}, and nothing else dates "
        report.note("log_entry", "older-than-log", f"{what}them")


def report_restorations(report: VerificationReport) -> None:
    """Note how many entries each restoration lost; it is a fault until an owner acknowledges it."""
    for restoration in db.session.scalars(select(Restoration).order_by(Restoration.id)):
        row, size = f"{RESTORED} {restoration.id}", restoration.restored_size
        try:
            lost = read_checkpoint(restoration.lost_head, signing_key().public_key())
        except CheckpointInvalid:
            report.fault("restoration", row, "its lost checkpoint isn't signed by this log")
            continue
        what = f"a backup of {size} entries was restored; {_describe_loss(restoration, lost)}"
        known = find_acknowledgement(restoration)
        if known is None:
            report.fault("restoration", row, f"{what}, and no owner has acknowledged it")
        else:
            moment = known.at.isoformat(timespec="seconds")
            who = f"account {known.account_id} acknowledged it on {moment}"
            report.note("restoration", row, f"{what}; {who}")


def _describe_loss(restoration: Restoration, lost: Checkpoint) -> str:
    """Return what a restoration lost, and how the log goes on, as text."""
    if restoration.is_appended:
        when = restoration.occurred_at.date().isoformat()
        return f"{restoration.appended} records are lost since {when}, only their hashes remain"
    gone = f"{lost.size - restoration.restored_size} later ones are lost"
    if lost.size == restoration.restored_size:
        gone = "nobody had a checkpoint of later ones"
    return f"{gone}; the log goes on as {restoration.origin}" if restoration.origin else gone
