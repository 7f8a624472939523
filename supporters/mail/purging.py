"""Forgets letters once no count needs them any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from supporters.database import db, transaction
from supporters.mail.models import Letter, LetterStatus

KEPT_FOR = timedelta(days=31)


def purge_old_letters(now: datetime) -> int:
    """Delete the settled letters of more than 31 days ago; return how many."""
    with transaction():
        gone = db.session.execute(
            delete(Letter)
            .where(
                Letter.created_at < now - KEPT_FOR,
                Letter.status.in_(
                    [LetterStatus.SENT, LetterStatus.WITHHELD, LetterStatus.GIVEN_UP]
                ),
            )
            .returning(Letter.id)
        )
        return len(gone.all())
