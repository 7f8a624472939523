"""Checks the records that the audience of a campaign rests on, before its first email (ADR 081).

It compares each consent with the log, and each person's address with its keyed hash and with the
mailbox that gave the consent. It also compares the people who left by the journal of this machine.
"""

from datetime import datetime

from sqlalchemy import Select, select

from supporters.audit.checkpoint_check import check_log_birth
from supporters.audit.journal_check import check_journal
from supporters.audit.reference_check import check_ended, check_evidence
from supporters.audit.row_check import check_events
from supporters.audit.verification_report import VerificationReport, stream
from supporters.consent.models import ConsentEvent
from supporters.database import snapshot
from supporters.people.addresses import address_mac, key_of
from supporters.people.models import Subscriber
from supporters.transparency_log.queries import find_first_checkpoint


def verify_audience(consents: Select[int], now: datetime) -> VerificationReport:
    """Check the consents with these ids, in one snapshot of the database. It blocks no writes."""
    report = VerificationReport()
    with snapshot():
        check_log_birth(report)
        if find_first_checkpoint() is not None:  # earlier records get their entries when it begins
            check_events(report, ConsentEvent.id.in_(consents), now)
        check_ended(report, consents)
        _check_addresses(report, consents)
        check_journal(report, now, consents=consents)
    return report


def _check_addresses(report: VerificationReport, consents: Select[int]) -> None:
    check_evidence(report)
    people = (
        select(Subscriber.id, Subscriber.address, Subscriber.address_mac, ConsentEvent.address_mac)
        .join(ConsentEvent, ConsentEvent.subscriber_id == Subscriber.id)
        .where(ConsentEvent.id.in_(consents))
    )
    for person, address, mac, given_by in stream(people):
        report.people += 1
        if address_mac(key_of(address)) != mac:
            report.fault("subscriber", person, "address_mac isn't the keyed hash of the address")
        if given_by != mac:
            report.fault("subscriber", person, "the consent was never confirmed from the address")
