"""The tables of erasures that wait for a last message, and of what was cleared of the disk."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from supporters.consent.record_models import ErasureReason
from supporters.database import Model, enum_column, foreign_key


class PendingErasure(Model):
    """A person who is erased except for messages that a sender is sending: some seconds.

    The row doesn't identify the person: the address is already deleted.
    """

    __tablename__ = "pending_erasure"

    subscriber_id: Mapped[int] = foreign_key("subscriber.id", on_delete="CASCADE", primary_key=True)
    reason: Mapped[ErasureReason] = mapped_column(enum_column(ErasureReason, "reason"))
    since: Mapped[datetime]
    holder: Mapped[bytes | None]


class DiskCleanup(Model):
    """A rewriting of the tables of people; `too_large` are those that still have deleted rows."""

    __tablename__ = "disk_cleanup"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    began_at: Mapped[datetime]
    too_large: Mapped[list[str]] = mapped_column(JSON)
