"""Compares every head that this machine kept outside with those in the database."""

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import select

from supporters.consent.log.checkpoints import Checkpoint, read_checkpoint
from supporters.consent.log.comparing import Verdict, compare
from supporters.consent.log.keeping import heads_file, list_external_heads
from supporters.consent.log.keys import signing_key
from supporters.consent.log.models import LogHead
from supporters.consent.log.restoring import find_restoration_that_lost
from supporters.consent.log.verifying.findings import Report
from supporters.database import db

AT_ONCE = 500
Line = tuple[int, Checkpoint | None]


def check_outside(report: Report) -> None:
    """Check that the tree grew out of every head that was kept outside, and that it has them."""
    lines = list_external_heads()
    while some := [*islice(lines, AT_ONCE)]:
        report.outside += len(some)
        roots = _list_roots([kept.size for _, kept in some if kept is not None])
        for number, kept in some:
            if kept is None:
                what = "this log didn't sign it"
                report.fault(heads_file().name, f"line {number}", what)
            elif roots.get(kept.size) != kept.root:
                _look_closer(report, number, kept)


def _list_roots(sizes: Sequence[int]) -> dict[int, bytes]:
    rows = db.session.execute(select(LogHead.size, LogHead.root).where(LogHead.size.in_(sizes)))
    return {row.size: row.root for row in rows}


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
