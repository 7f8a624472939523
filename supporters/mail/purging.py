"""Forgets letters once no count needs them any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from supporters.database import db, use_case
from supporters.mail.models import Letter, LetterStatus

KEPT_FOR = timedelta(days=31)


@use_case
def purge_old_letters(now: datetime, kept_for: timedelta = KEPT_FOR) -> int:
    """Delete the settled letters of longer ago; return how many."""
    gone = db.session.execute(
        delete(Letter)
        .where(
            Letter.created_at < now - kept_for,
            Letter.status.in_([LetterStatus.SENT, LetterStatus.WITHHELD, LetterStatus.GIVEN_UP]),
        )
        .returning(Letter.id)
    )
    return len(gone.all())
