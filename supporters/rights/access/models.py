"""The tables of "My data": one-time tickets of the letters, and addresses that wait for a yes."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime
from supporters.people.models import MAX_ADDRESS


class AccessTicket(Model):
    """The link of one letter: used once, it opens a session until `closes_at`.

    An address that we don't know gets the same row, of nobody.
    """

    __tablename__ = "access_ticket"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_access_ticket_subscriber_id", "subscriber_id"),
        Index("ix_access_ticket_closes_at", "closes_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    subscriber_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("subscriber.id", ondelete="CASCADE")
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AddressChange(Model):
    """An address that a person wants to be reached at, once its mailbox says yes."""

    __tablename__ = "address_change"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_address_change_subscriber_id", "subscriber_id"),
        Index("ix_address_change_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subscriber_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("subscriber.id", ondelete="CASCADE")
    )
    address: Mapped[str] = mapped_column(String(MAX_ADDRESS))
    address_mac: Mapped[bytes] = mapped_column(LargeBinary)
    letter_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("letter.id", ondelete="SET NULL")
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
