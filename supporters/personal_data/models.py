"""The table of erasures that wait for the result of a last message."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supporters.consent.record_models import ErasureReason
from supporters.database import Model, UtcDateTime, enum_column


class PendingErasure(Model):
    """A person who is erased except for messages that a sender is sending: some seconds.

    The row doesn't identify the person: the address is already deleted.
    """

    __tablename__ = "pending_erasure"

    subscriber_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[ErasureReason] = mapped_column(enum_column(ErasureReason, "reason"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
