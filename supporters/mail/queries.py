"""Reads of the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from supporters.database import db
from supporters.mail.models import Letter, LetterKind, LetterStatus
from supporters.mail.wanting import list_waiting_kinds

SIGNUP_LETTERS = (LetterKind.CONFIRM_SIGNUP, LetterKind.ALREADY_SUBSCRIBED)


def list_due_letters(now: datetime, *, limit: int) -> Sequence[int]:
    """Return the ids of letters to send now, oldest first."""
    return db.session.scalars(
        select(Letter.id)
        .where(
            Letter.status.in_([LetterStatus.QUEUED, LetterStatus.SENDING]),
            Letter.next_attempt_at <= now,
            Letter.kind.not_in(list_waiting_kinds()),
        )
        .order_by(Letter.next_attempt_at)
        .limit(limit)
    ).all()


def list_unanswered_letters(
    rate_mac: bytes, since: datetime, kinds: Collection[LetterKind] = SIGNUP_LETTERS
) -> Sequence[datetime]:
    """Return when letters of some kinds went to a mailbox, newest first.

    Those are left out that its holder has answered.
    """
    return db.session.scalars(
        select(Letter.created_at)
        .where(
            Letter.rate_mac == rate_mac,
            Letter.kind.in_(kinds),
            Letter.created_at > since,
            Letter.status != LetterStatus.WITHHELD,
            Letter.answered_at.is_(None),
        )
        .order_by(Letter.created_at.desc())
    ).all()


def count_letters_by_status() -> dict[LetterStatus, int]:
    """Return how many letters of the outbox are in each status."""
    rows = db.session.execute(select(Letter.status, func.count()).group_by(Letter.status))
    return dict(rows.all())


def find_oldest_due(now: datetime) -> datetime | None:
    """Return since when the letter that waits longest could have been sent."""
    return db.session.scalar(
        select(func.min(Letter.next_attempt_at)).where(
            Letter.status.in_([LetterStatus.QUEUED, LetterStatus.SENDING]),
            Letter.next_attempt_at <= now,
            Letter.kind.not_in(list_waiting_kinds()),
        )
    )


def list_sealed_contents(*, limit: int) -> Sequence[bytes]:
    """Return what the letters that wait hold, sealed, oldest first."""
    waiting = (
        select(Letter.sealed)
        .where(
            Letter.status.in_([LetterStatus.QUEUED, LetterStatus.SENDING]),
            Letter.sealed.is_not(None),
        )
        .order_by(Letter.id)
        .limit(limit)
    )
    return [sealed for sealed in db.session.scalars(waiting) if sealed is not None]
