"""The tables of mailing lists and subscriptions."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.consent.models import IS_CONSENT
from supporters.database import Model, UtcDateTime
from supporters.people.models import MAX_ADDRESS

MAX_SLUG = 60
MAX_NAME = 120
MAX_DESCRIPTION = 500
MAX_SENDER_NAME = 70


class MailingList(Model):
    """A list that people join. `purpose_id` is the purpose that they agree to today.

    Its emails have its own sender name and reply address, or those of the installation.
    """

    __tablename__ = "mailing_list"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(MAX_SLUG))
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    description: Mapped[str] = mapped_column(String(MAX_DESCRIPTION))
    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sender_name: Mapped[str] = mapped_column(String(MAX_SENDER_NAME), default="", server_default="")
    reply_to: Mapped[str] = mapped_column(String(MAX_ADDRESS), default="", server_default="")

    @property
    def is_open(self) -> bool:
        """Whether people can join."""
        return self.closed_at is None


class ListPurpose(Model):
    """A purpose that a list has or had.

    A list gets a new purpose when its meaning changes. People who agreed to the earlier one keep
    it until they agree again.
    """

    __tablename__ = "list_purpose"
    __table_args__ = (UniqueConstraint("mailing_list_id", "purpose_id"),)

    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), primary_key=True)
    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Subscription(Model):
    """A person on a list, with the consent event that confirmed it.

    Unsubscribing deletes the row; the consent events keep the history.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint(IS_CONSENT, name="confirmed"),
        ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
        ),
        ForeignKeyConstraint(
            ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
            [
                "consent_event.id",
                "consent_event.kind",
                "consent_event.subscriber_id",
                "consent_event.purpose_id",
            ],
            name="fk_subscription_consent",
        ),
        UniqueConstraint("consent_event_id"),
        Index(
            "ix_subscription_mailing_list_id_purpose_id_subscriber_id",
            *("mailing_list_id", "purpose_id", "subscriber_id"),
        ),
    )

    subscriber_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("subscriber.id"), primary_key=True
    )
    mailing_list_id: Mapped[int] = mapped_column(primary_key=True)
    purpose_id: Mapped[int]
    consent_event_id: Mapped[int] = mapped_column(BigInteger)
    consent_kind: Mapped[str] = mapped_column(String(20))
    subscribed_at: Mapped[datetime] = mapped_column(UtcDateTime)
