"""The table of reconfirmations: one for each purpose that succeeds another."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime


class Reconfirmation(Model):
    """Everybody who agreed to an earlier purpose is asked about its successor, a few a minute.

    `asked_up_to` is the id of the last person asked, in the order of ids; `due_at` is the time of
    the next emails. The consent events record each person asked, once per purpose.
    """

    __tablename__ = "asking"

    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), primary_key=True)
    asked_up_to: Mapped[int] = mapped_column(BigInteger, default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
