"""The tables of what the log seals beside consent events: erasures, disclosures, and others."""

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
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column, foreign_key


class ErasureReason(StrEnum):
    """Why a person was erased."""

    ASKED = "asked"
    EXPIRED = "expired"
    REPLAYED = "replayed"


class Erasure(Model):
    """The erasure of a person: the records that can't be opened any more. It names nobody.

    `records` is a JSON list of [kind, id].
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[ErasureReason] = mapped_column(enum_column(ErasureReason, "reason"))
    records: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime]


class DisclosureKind(StrEnum):
    """The kind of a disclosure."""

    EVIDENCE = "evidence"
    ACCESS = "access"
    EXPORT = "export"


class Disclosure(Model):
    """Personal data that was disclosed: what, to whom, and why. An export is of a whole list.

    `subscriber_id` is NULL when evidence was requested for an unknown address.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        CheckConstraint(
            "kind = 'evidence' OR (kind = 'export') = (subscriber_id IS NULL)", name="of_somebody"
        ),
        CheckConstraint("kind = 'export' OR mailing_list_id IS NULL", name="of_a_list"),
        Index("ix_disclosure_subscriber_id", "subscriber_id"),
        Index("ix_disclosure_kind_occurred_at", "kind", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[DisclosureKind] = mapped_column(enum_column(DisclosureKind, "kind"))
    subscriber_id: Mapped[int | None] = foreign_key("subscriber.id")
    mailing_list_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_list.id"))
    asked_by: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(String(500))
    people: Mapped[int]
    occurred_at: Mapped[datetime]


class Restoration(Model):
    """A restoration of the database from a backup: its number of sealed entries, and what was lost.

    `lost_head` is the newest checkpoint that was known outside.
    """

    __tablename__ = "restoration"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lost_head: Mapped[str] = mapped_column(Text)
    restored_size: Mapped[int] = mapped_column(BigInteger)
    replayed: Mapped[int]
    occurred_at: Mapped[datetime]


class EmailSnapshot(Model):
    """An email snapshot: an email whose links can confirm, without the values of a person.

    `content` is a JSON object, compressed by zlib: its subject, text, HTML, sender and reply
    address. In the places of values stand their names in braces. `content_hash` is the SHA-256 of
    the JSON.
    """

    __tablename__ = "email_snapshot"
    __table_args__ = (UniqueConstraint("content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(5))
    content: Mapped[bytes] = mapped_column(deferred=True)
    content_hash: Mapped[bytes]
    first_used_at: Mapped[datetime]
