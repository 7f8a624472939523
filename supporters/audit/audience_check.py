"""Checks the records that the audience of a campaign rests on, before its first email (ADR 081).

It compares each consent with the log, and each person's address with its keyed hash and with the
mailbox that gave the consent. It also compares the people who left by the journal of this machine.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select

from supporters.audit.checkpoint_check import check_log_birth
from supporters.audit.journal_check import check_journal
from supporters.audit.reference_check import check_corrections, check_ended, check_evidence
from supporters.audit.row_check import RowCheck
from supporters.audit.sealed_rows import list_sealed_events
from supporters.audit.verification_report import VerificationReport
from supporters.consent.models import ConsentEvent
from supporters.database import snapshot
from supporters.people.addresses import address_mac, key_of
from supporters.transparency_log.queries import find_first_checkpoint


def verify_audience(consents: Select[int], now: datetime) -> VerificationReport:
    """Check the consents with these ids, in one snapshot of the database. It blocks no writes."""
    report = VerificationReport()
    with snapshot():
        check_log_birth(report)
        _check_consents(report, consents, now)
        check_ended(report, consents)
        check_evidence(report)
        check_corrections(report)
        check_journal(report, now, consents=consents)
    return report


def _check_consents(report: VerificationReport, consents: Select[int], now: datetime) -> None:
    """Check each consent and the address of its person, which one statement reads."""
    is_log_begun = find_first_checkpoint() is not None  # it begins with entries of earlier records
    check = RowCheck(report, now)
    for sealed in list_sealed_events(ConsentEvent.id.in_(consents)):
        if is_log_begun:
            report.records += 1
            check.look(sealed)
        if sealed.source.address is not None:
            _check_address(report, sealed.source)
    check.finish()


def _check_address(report: VerificationReport, row: Any) -> None:
    report.people += 1
    if address_mac(key_of(row.address)) != row.current_mac:
        what = "address_mac isn't the keyed hash of the address"
        report.fault("subscriber", row.subscriber_id, what)
    if row.address_mac != row.current_mac:
        what = "the consent was never confirmed from the address"
        report.fault("subscriber", row.subscriber_id, what)
