"""The tables of mailbox health: what came back from a person's mailbox, and totals per provider."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supporters.bounce_classes.classes import BounceClass
from supporters.database import Model, enum_column, foreign_key

MAX_CODE = 16
MAX_DOMAIN = 254


class RecordedFailure(Model):
    """An email that didn't reach a person: the class of the answer, its enhanced code, no words.

    A campaign has one row for each person. `campaign_id` is empty for a transactional email.
    `was_accepted`: the relay had taken the email, which came back later. `accepted_since` is how
    many later emails to the person the relay took, and that didn't come back. An excused failure
    counts no more: it was the fault of the receiving domain.
    """

    __tablename__ = "mailbox_failure"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "campaign_id"),
        Index("ix_mailbox_failure_campaign_id", "campaign_id"),
        Index("ix_mailbox_failure_occurred_at", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subscriber_id: Mapped[int] = foreign_key("subscriber.id", on_delete="CASCADE")
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    bounce_class: Mapped[BounceClass] = mapped_column(enum_column(BounceClass, "bounce_class"))
    code: Mapped[str | None] = mapped_column(String(MAX_CODE))
    domain: Mapped[str] = mapped_column(String(MAX_DOMAIN))
    occurred_at: Mapped[datetime]
    was_accepted: Mapped[bool]
    accepted_since: Mapped[int] = mapped_column(default=0)
    excused_at: Mapped[datetime | None]


class DomainCount(Model):
    """How many emails of a campaign the servers took for a mailbox provider, and refused.

    The domain is one of the large providers, or empty for all others: it identifies nobody.
    """

    __tablename__ = "domain_count"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    domain: Mapped[str] = mapped_column(String(MAX_DOMAIN), primary_key=True)
    accepted: Mapped[int]
    refused: Mapped[int]
    counted_at: Mapped[datetime]
