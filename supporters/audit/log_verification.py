"""Checks the whole log and the rows that rest on it; reports what is wrong and where."""

from datetime import datetime

from supporters.audit.checkpoint_check import (
    check_external_checkpoints,
    check_log_birth,
    report_restorations,
)
from supporters.audit.hidden_withdrawals import ErasedRecords, check_erased_consents
from supporters.audit.journal_check import check_journal
from supporters.audit.reference_check import check_address_changes, check_people, check_references
from supporters.audit.row_check import check_missing, check_rows
from supporters.audit.tree_check import check_tree
from supporters.audit.verification_report import VerificationReport
from supporters.database import snapshot


def verify(now: datetime) -> VerificationReport:
    """Check everything in one snapshot of the database. It blocks no writes."""
    report = VerificationReport()
    with snapshot():
        check_tree(report)
        erased = ErasedRecords(report, now)
        check_rows(report, erased, now)
        check_missing(report, erased, now)
        check_erased_consents(report, erased)
        check_people(report)
        check_references(report)
        check_address_changes(report)
        check_journal(report, now)
        check_external_checkpoints(report)
        report_restorations(report)
        check_log_birth(report)
    return report
