"""Checks the contents of wordings, pages and emails against the hashes that were sealed."""

import hashlib

from sqlalchemy import select

from supporters.audit.verification_report import BATCH_SIZE, VerificationReport, stream
from supporters.consent.email_snapshots import read_email_snapshot
from supporters.consent.models import PageSnapshot, Wording
from supporters.consent.page_snapshots import SnapshotAltered, open_snapshot
from supporters.consent.record_models import EmailSnapshot
from supporters.database import db


def check_hashes(report: VerificationReport) -> None:
    """Check the contents of wordings and snapshots against their hashes."""
    for row in stream(select(Wording.id, Wording.text, Wording.text_hash)):
        if hashlib.sha256(row.text.encode()).hexdigest() != row.text_hash:
            report.fault("wording", f"wording {row.id}", "its text doesn't match its hash")
    for page in db.session.scalars(select(PageSnapshot).execution_options(yield_per=BATCH_SIZE)):
        try:
            open_snapshot(page)
        except SnapshotAltered:
            report.fault("page_snapshot", f"page {page.id}", "its content doesn't match its hash")
        db.session.expunge(page)
    for email in db.session.scalars(select(EmailSnapshot).execution_options(yield_per=BATCH_SIZE)):
        try:
            read_email_snapshot(email)
        except SnapshotAltered:
            report.fault(
                "email_snapshot", f"email {email.id}", "its content doesn't match its hash"
            )
        db.session.expunge(email)
