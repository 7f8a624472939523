"""The tables of held signup emails and of announced broadcasts."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, foreign_key

MAX_BROADCAST_NAME = 80
SMALLEST_FACTOR, LARGEST_FACTOR = 2, 1_000


class SignupHold(Model):
    """A time in which the emails of signups wait, because there were too many of them.

    `counted` is their number in five minutes, `most` the number at which they are held. `causes`
    are the networks and domains whose emails wait (`causes.py`); empty: those of everybody.
    """

    __tablename__ = "signup_hold"
    __table_args__ = (CheckConstraint("counted >= most", name="was_a_spike"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted: Mapped[int]
    most: Mapped[int]
    causes: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")


class AnnouncedBroadcast(Model):
    """A rally or a broadcast that owners announce: its link raises the limits for some hours."""

    __tablename__ = "announced_broadcast"
    __table_args__ = (
        CheckConstraint("ends_at >= begins_at", name="ends_after_it_begins"),
        CheckConstraint(
            f"factor BETWEEN {SMALLEST_FACTOR} AND {LARGEST_FACTOR}", name="factor_is_limited"
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(MAX_BROADCAST_NAME))
    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    factor: Mapped[int]
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
