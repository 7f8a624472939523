"""The table of erasures that wait for the last mail."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supporters.consent.record_models import ErasureReason
from supporters.database import Model, UtcDateTime, enum_column


class PendingErasure(Model):
    """A person who is erased but for the mails that a lane has in hand: a matter of seconds.

    Nothing tells any more who it was: the address is gone already.
    """

    __tablename__ = "pending_erasure"

    subscriber_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[ErasureReason] = mapped_column(enum_column(ErasureReason, "reason"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
