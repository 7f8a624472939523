"""Recovers the emails that a killed worker had claimed; its journal has the result of each."""

from datetime import datetime

import structlog
from sqlalchemy import exists, select, update
from sqlalchemy.exc import SQLAlchemyError

from supporters.database import db, transaction
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox import announce
from supporters.mail.outbox_journal import OutboxJournal, OutboxJournalState
from supporters.mail.outbox_sender import TAKEN, record_lost, settle
from supporters.mail.states import EMAIL_STATES, OPEN, EmailMove

log = structlog.get_logger(__name__)


def recover_emails(journal: OutboxJournal, now: datetime) -> None:
    """Settle a dead worker's claimed emails, or send them again; it may run often and in parallel.

    An email that may have been sent is sent once more, later, and no oftener (REQ-86).
    """
    db.session.rollback()  # reads what the worker wrote until its end
    in_hand = db.session.scalars(
        select(OutboxEmail.id).where(
            OutboxEmail.status == EmailStatus.SENDING, OutboxEmail.claimed_by == journal.worker
        )
    ).all()
    for email_id in in_hand:
        fate = journal.judge(email_id)  # before it is taken over: then its journal entry may go
        if _take_over(email_id, journal.worker):
            _recover(email_id, fate, now)
    journal.forget_all()


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


def _take_over(email_id: int, worker: str) -> bool:
    """Take over a dead worker's email; tell whether no other worker was first."""
    with transaction():
        taken = db.session.execute(
            update(OutboxEmail)
            .where(
                OutboxEmail.id == email_id,
                OutboxEmail.status == EmailStatus.SENDING,
                OutboxEmail.claimed_by == worker,
            )
            .values(claimed_by=None)
            .returning(OutboxEmail.id)
        )
        return taken.first() is not None


def _recover(email_id: int, fate: OutboxJournalState, now: datetime) -> None:
    log.warning("letter.recovered", letter=email_id, fate=fate.name.lower())
    match fate:
        case OutboxJournalState.TAKEN:
            settle(email_id, EmailMove.ACCEPT, reply=TAKEN)
        case OutboxJournalState.LEAVING:
            record_lost(email_id)
        case OutboxJournalState.NOT_BEGUN:
            _put_back(email_id, now)


def _put_back(email_id: int, now: datetime) -> None:
    with transaction():
        email = db.session.get(OutboxEmail, email_id, with_for_update=True)
        if email is None or email.status not in OPEN:  # erased, or ended by another worker
            return
        EMAIL_STATES.transition(email, EmailMove.PUT_BACK)
        email.next_attempt_at = now
    announce(email)
