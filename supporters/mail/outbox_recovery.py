"""Recovers the emails that a killed worker had claimed; its journals have the result of each."""

from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError

from supporters.database import db, transaction
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_results import UNTRIED, record_results
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_relay.send_journal import (
    CUT_OFF,
    OF_EMAILS,
    JournalledAttempts,
    JournalUnreadable,
    read_journal,
)

log = structlog.get_logger(__name__)
WEIGHT = {AttemptOutcome.ACCEPTED: 2, AttemptOutcome.UNCERTAIN: 1}  # the others have none


class JournalledEmails:
    """The results of emails in the journals of a dead worker: each sender had one."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._paths = sorted(folder.glob(f"{worker}-*{OF_EMAILS}"))
        self._journals: list[JournalledAttempts] = []
        for path in self._paths:
            try:
                self._journals.append(read_journal(path))
            except JournalUnreadable:
                self._journals.append(JournalledAttempts(is_sound=not path.exists()))

    def find(self, email_id: int) -> RelayReply | None:
        """Return the result of an email; None if its body was not sent.

        A journal may have lines that the outbox has already: another one says what came later.
        """
        said = [reply for each in self._journals if (reply := each.find(email_id))]
        if said:
            return max(said, key=lambda reply: WEIGHT.get(reply.outcome, 0))
        return None if all(each.is_sound for each in self._journals) else CUT_OFF

    def delete(self) -> None:
        """Delete the journals that were read: the outbox has everything."""
        for path in self._paths:
            path.unlink(missing_ok=True)


def recover_emails(folder: Path, worker: str, now: datetime) -> None:
    """Record the results of a dead worker's emails; it may run often and in parallel.

    An email whose body was not sent is put back, and one that may have been sent is sent once
    more, later, and no oftener (REQ-86).
    """
    journalled = JournalledEmails(folder, worker)  # before the claims: then its files may go
    with transaction():
        claimed = db.session.scalars(
            select(OutboxEmail.id)
            .where(OutboxEmail.status == EmailStatus.SENDING, OutboxEmail.claimed_by == worker)
            .order_by(OutboxEmail.id)
            .with_for_update()
        ).all()
        results = {each: journalled.find(each) or UNTRIED for each in claimed}
        record_results(results, now)
    for email_id, reply in results.items():
        log.warning("email.recovered", email_id=email_id, fate=reply.outcome.name.lower())
    journalled.delete()


def has_claimed_emails(worker: str) -> bool:
    """Tell whether a worker has claimed an email, also if the database can't answer."""
    in_hand = exists().where(
        OutboxEmail.status == EmailStatus.SENDING, OutboxEmail.claimed_by == worker
    )
    db.session.rollback()  # reads what other threads wrote
    try:
        return bool(db.session.scalar(select(in_hand)))
    except SQLAlchemyError:
        return True
