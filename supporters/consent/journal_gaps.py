"""Notes in the database the lines that the journal of rights couldn't take, until it has them."""

from datetime import datetime

from sqlalchemy import BigInteger, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, db, in_transaction
from supporters.ids import new_id


class JournalGap(Model):
    """A line that no journal has, since its file couldn't be written at that moment."""

    __tablename__ = "journal_gap"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


@in_transaction
def note_gap(since: datetime) -> None:
    """Remember that a line is missing; it is kept with what the line would have told of."""
    db.session.add(JournalGap(id=new_id(since), since=since))


def count_gaps() -> int:
    """Return how many lines are missing."""
    return db.session.scalar(select(func.count()).select_from(JournalGap)) or 0


@in_transaction
def close_gaps() -> None:
    """Forget the gaps: the lines have been made up."""
    db.session.execute(delete(JournalGap))
