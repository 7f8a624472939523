"""Checks the whole log and the rows that rest on it; reports what is wrong and where."""

from datetime import datetime

from supporters.audit.checkpoint_check import check_outside, note_restorations
from supporters.audit.hidden_withdrawals import Erased, check_listed
from supporters.audit.reference_check import check_held, check_moves, check_people
from supporters.audit.row_check import check_missing, check_rows
from supporters.audit.tree_check import check_tree
from supporters.audit.verification_report import Finding, Report
from supporters.database import snapshot

__all__ = ["Finding", "Report", "verify"]


def verify(now: datetime) -> Report:
    """Check everything in one snapshot of the database. It blocks no writes."""
    report = Report()
    with snapshot():
        check_tree(report)
        erased = Erased(report, now)
        check_rows(report, erased, now)
        check_missing(report, erased, now)
        check_listed(report, erased)
        check_people(report)
        check_held(report)
        check_moves(report)
        check_outside(report)
        note_restorations(report)
    return report
