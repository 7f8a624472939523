"""Recovers the emails that a killed worker had claimed; its journal has the result of each."""

from datetime import datetime

import structlog
from sqlalchemy import exists, select, update
from sqlalchemy.exc import SQLAlchemyError

from supporters.database import db, transaction
from supporters.mail.models import Letter, LetterStatus
from supporters.mail.outbox import announce
from supporters.mail.outbox_journal import Fate, LetterJournal
from supporters.mail.outbox_sender import TAKEN, record_lost, settle
from supporters.mail.states import LETTER_STATES, OPEN, LetterMove

log = structlog.get_logger(__name__)


def recover_letters(journal: LetterJournal, now: datetime) -> None:
    """Settle a dead worker's claimed emails, or send them again; it may run often and in parallel.

    An email that may have been sent is sent once more, later, and no oftener (REQ-86).
    """
    db.session.rollback()  # reads what the worker wrote until its end
    in_hand = db.session.scalars(
        select(Letter.id).where(
            Letter.status == LetterStatus.SENDING, Letter.claimed_by == journal.worker
        )
    ).all()
    for letter_id in in_hand:
        fate = journal.judge(letter_id)  # before it is taken over: then its journal entry may go
        if _take_over(letter_id, journal.worker):
            _recover(letter_id, fate, now)
    journal.forget_all()


def has_letters_in_hand(worker: str) -> bool:
    """Tell whether a worker has claimed an email, also if the database can't answer."""
    in_hand = exists().where(Letter.status == LetterStatus.SENDING, Letter.claimed_by == worker)
    db.session.rollback()  # reads what other threads wrote
    try:
        return bool(db.session.scalar(select(in_hand)))
    except SQLAlchemyError:
        return True


def _take_over(letter_id: int, worker: str) -> bool:
    """Take over a dead worker's email; tell whether no other worker was first."""
    with transaction():
        taken = db.session.execute(
            update(Letter)
            .where(
                Letter.id == letter_id,
                Letter.status == LetterStatus.SENDING,
                Letter.claimed_by == worker,
            )
            .values(claimed_by=None)
            .returning(Letter.id)
        )
        return taken.first() is not None


def _recover(letter_id: int, fate: Fate, now: datetime) -> None:
    log.warning("letter.recovered", letter=letter_id, fate=fate.name.lower())
    match fate:
        case Fate.TAKEN:
            settle(letter_id, LetterMove.ACCEPT, reply=TAKEN)
        case Fate.LEAVING:
            record_lost(letter_id)
        case Fate.NOT_BEGUN:
            _put_back(letter_id, now)


def _put_back(letter_id: int, now: datetime) -> None:
    with transaction():
        letter = db.session.get(Letter, letter_id, with_for_update=True)
        if letter is None or letter.status not in OPEN:  # erased, or ended by another worker
            return
        LETTER_STATES.transition(letter, LetterMove.PUT_BACK)
        letter.next_attempt_at = now
    announce(letter)
