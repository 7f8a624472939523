"""Reads the whole log, and all that it stands for, and says what is wrong and where."""

from datetime import datetime

from supporters.consent.log.verifying.entries import check_tree
from supporters.consent.log.verifying.erased import Erased
from supporters.consent.log.verifying.findings import Finding, Report
from supporters.consent.log.verifying.held import check_held
from supporters.consent.log.verifying.hidden import check_listed
from supporters.consent.log.verifying.missing import check_missing
from supporters.consent.log.verifying.moves import check_moves
from supporters.consent.log.verifying.outside import check_outside
from supporters.consent.log.verifying.people import check_people
from supporters.consent.log.verifying.restorations import note_restorations
from supporters.consent.log.verifying.rows import check_rows
from supporters.database import snapshot

__all__ = ["Finding", "Report", "verify"]


def verify(now: datetime) -> Report:
    """Check everything as it was at one moment; nobody who writes waits for it."""
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
