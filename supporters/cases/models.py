"""The tables of privacy requests: cases and their history, My data, departures."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column, foreign_key, partial_index
from supporters.people.models import MAX_ADDRESS

MAX_NOTE = 5_000


class CaseKind(StrEnum):
    """The right that a request uses (GDPR articles 15 to 22), or a complaint."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    DISPUTE = "contested"
    COMPLAINT = "complaint"


class Channel(StrEnum):
    """How a request reached us."""

    PAGE = "page"
    MAIL = "mail"
    POST = "post"
    PHONE = "phone"
    IN_PERSON = "in-person"


class ErasureGround(StrEnum):
    """Why an organiser erases a person. A fixed list: a typed text could identify the person."""

    ASKED = "asked"
    NO_PROOF = "no-proof"
    LOST = "lost"
    ORDERED = "ordered"


class StoredText(StrEnum):
    """A key that the program writes into a column that also holds people's own texts.

    The two keys of a disclosure are sealed in the consent log, so they keep their original text.
    """

    THE_PERSON = "the person"
    BY_EMAIL = "a fresh letter to their mailbox"
    DONE_AT_ONCE = "done-at-once"
    SOMEBODY_ELSE = "somebody-else"
    ERASED = "erased"


class Case(Model):
    """A request or complaint with its due date (GDPR article 12(3)).

    `subscriber_id` is empty for a person we don't know, and after an erasure; `campaign_id` is the
    campaign that the person disputes.
    """

    __tablename__ = "privacy_case"
    __table_args__ = (
        CheckConstraint(
            "(extended_at IS NULL) = (extension_reason IS NULL)", name="extended_with_a_reason"
        ),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_an_outcome"),
        Index("ix_privacy_case_subscriber_id", "subscriber_id"),
        Index("ix_privacy_case_closed_at_due_at", "closed_at", "due_at"),
        Index("ix_privacy_case_campaign_id", "campaign_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[CaseKind] = mapped_column(enum_column(CaseKind, "kind"))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel, "channel"))
    subscriber_id: Mapped[int | None] = foreign_key("subscriber.id", on_delete="SET NULL")
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


class DisputeStop(Model):
    """A campaign whose disputes paused it, or would have if there had been something left to pause.

    `disputes` is the number of disputes at that moment: the same ones don't pause it again.
    """

    __tablename__ = "dispute_stop"
    __table_args__ = (Index("ix_dispute_stop_campaign_id", "campaign_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    disputes: Mapped[int]
    accepted: Mapped[int]
    occurred_at: Mapped[datetime]


class DepartureKind(StrEnum):
    """The action of a reader by a link in an email, or of the team on behalf of the person."""

    UNSUBSCRIBED = "unsubscribed"
    DISPUTED = "disputed"
    ON_BEHALF = "on-behalf"


class Departure(Model):
    """A person was unsubscribed from every list, and can undo it until it expires.

    It has no token if a notice of the same day went to the person already: its link undoes both.
    """

    __tablename__ = "departure"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_departure_subscriber_id", "subscriber_id"),
        Index("ix_departure_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subscriber_id: Mapped[int] = foreign_key("subscriber.id", on_delete="CASCADE")
    kind: Mapped[DepartureKind] = mapped_column(enum_column(DepartureKind, "kind"))
    token_hash: Mapped[bytes | None]
    left_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class CaseAct(StrEnum):
    """An event of a case. Reminders go to the data protection officer."""

    NOTED = "noted"
    EXTENDED = "extended"
    REMINDED = "reminded"
    REMINDED_LAST = "reminded-last"
    CLOSED = "closed"


class CaseEntry(Model):
    """A line of a case's history, and the email that was sent for it, while that is stored.

    The person may read its text (REQ-32).
    """

    __tablename__ = "case_entry"
    __table_args__ = (
        Index("ix_case_entry_case_id", "case_id"),
        partial_index("ix_case_entry_email_id", "email_id", where=text("email_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = foreign_key("privacy_case.id", on_delete="CASCADE")
    act: Mapped[CaseAct] = mapped_column(enum_column(CaseAct, "act"))
    text: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    made_at: Mapped[datetime]
    email_id: Mapped[int | None] = foreign_key("outbox_email.id", on_delete="SET NULL")


class AccessTicket(Model):
    """The link of one email: it works once and opens a session until `closes_at`.

    `encrypted` holds the address and the language until a worker has answered. An address that we
    don't know gets the same row, without a person.
    """

    __tablename__ = "access_ticket"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_access_ticket_subscriber_id", "subscriber_id"),
        Index("ix_access_ticket_closes_at", "closes_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    encrypted: Mapped[bytes | None]
    token_hash: Mapped[bytes | None]
    subscriber_id: Mapped[int | None] = foreign_key("subscriber.id", on_delete="CASCADE")
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    closes_at: Mapped[datetime]


class AddressChange(Model):
    """A new address of a person, until its mailbox confirms it."""

    __tablename__ = "address_change"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_address_change_subscriber_id", "subscriber_id"),
        Index("ix_address_change_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subscriber_id: Mapped[int] = foreign_key("subscriber.id", on_delete="CASCADE")
    address: Mapped[str] = mapped_column(String(MAX_ADDRESS))
    address_mac: Mapped[bytes]
    email_id: Mapped[int | None] = foreign_key("outbox_email.id", on_delete="SET NULL")
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
