"""The ledger: one row for each campaign and person, and what became of that mail."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, enum_column
from supporters.delivery.rules import DeliveryStatus


class Delivery(Model):
    """One mail to one person, held by their confirmed consent to the campaign's purpose.

    `claimed_by` names the worker that holds it, or left it uncertain; else it is empty.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("consent_kind = 'confirmed'", name="confirmed"),
        ForeignKeyConstraint(["campaign_id", "purpose_id"], ["campaign.id", "campaign.purpose_id"]),
        ForeignKeyConstraint(
            ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
            [
                "consent_event.id",
                "consent_event.kind",
                "consent_event.subscriber_id",
                "consent_event.purpose_id",
            ],
            name="fk_delivery_consent",
        ),
        Index("ix_delivery_campaign_id_batch_status", "campaign_id", "batch", "status"),
        Index("ix_delivery_subscriber_id", "subscriber_id"),
        Index(
            "ix_delivery_claimed_by",
            "claimed_by",
            sqlite_where=text("claimed_by IS NOT NULL"),
            postgresql_where=text("claimed_by IS NOT NULL"),
        ),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    batch: Mapped[int]
    purpose_id: Mapped[int]
    consent_event_id: Mapped[int] = mapped_column(BigInteger)
    consent_kind: Mapped[str] = mapped_column(String(20), default="confirmed")
    status: Mapped[DeliveryStatus] = mapped_column(enum_column(DeliveryStatus, "status"))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply: Mapped[str | None] = mapped_column(String(40))
