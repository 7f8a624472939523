"""Compares every head that this machine kept outside with those in the database."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from supporters.consent.log.checkpoints import Checkpoint, read_checkpoint
from supporters.consent.log.comparing import Verdict, compare
from supporters.consent.log.keeping import heads_file, list_external_heads
from supporters.consent.log.keys import signing_key
from supporters.consent.log.models import LogHead
from supporters.consent.log.records import moment
from supporters.consent.log.restoring import find_restoration_that_lost
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream
from supporters.database import db

AT_ONCE = 500
Line = tuple[int, Checkpoint | None]


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
