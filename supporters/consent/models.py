"""The tables of consent. Events and wordings are only ever added to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, enum_column


class EventKind(StrEnum):
    """What happened to a consent."""

    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"


class Method(StrEnum):
    """By which act it happened."""

    LINK = "link"
    CODE = "code"
    ONE_CLICK = "one-click"
    PAGE = "page"
    ORGANISER = "organiser"


class Purpose(Model):
    """One thing that a person can agree to, apart from every other."""

    __tablename__ = "purpose"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Wording(Model):
    """The exact sentence that people agree to, in one language; a change is a new version."""

    __tablename__ = "wording"
    __table_args__ = (
        UniqueConstraint("purpose_id", "language", "version"),
        UniqueConstraint("id", "purpose_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"))
    language: Mapped[str] = mapped_column(String(5))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConsentEvent(Model):
    """One act: confirmed, withdrawn or objected; for one person and one purpose.

    A confirmation carries its evidence: the hash of the token that only the mailbox got.
    """

    __tablename__ = "consent_event"
    __table_args__ = (
        CheckConstraint(
            "kind <> 'confirmed' OR (wording_id IS NOT NULL AND requested_at IS NOT NULL"
            " AND page_url IS NOT NULL AND evidence IS NOT NULL AND method IN ('link', 'code'))",
            name="confirmed_by_the_holder",
        ),
        ForeignKeyConstraint(["wording_id", "purpose_id"], ["wording.id", "wording.purpose_id"]),
        UniqueConstraint("id", "kind", "subscriber_id"),
        UniqueConstraint("id", "kind", "subscriber_id", "purpose_id"),
        UniqueConstraint("evidence", "purpose_id"),
        Index("ix_consent_event_subscriber_id", "subscriber_id"),
        Index("ix_consent_event_purpose_id_occurred_at", "purpose_id", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[EventKind] = mapped_column(enum_column(EventKind, "kind"))
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscriber.id", deferrable=True, initially="DEFERRED")
    )
    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"))
    wording_id: Mapped[int | None]
    method: Mapped[Method] = mapped_column(enum_column(Method, "method"))
    page_url: Mapped[str | None] = mapped_column(String(500))
    requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    evidence: Mapped[bytes | None] = mapped_column(LargeBinary)


class Suppression(Model):
    """An address that must not be written to, known only by its keyed hash (REQ-34).

    `scope` is one of the values of consent.suppressing; `until` is empty for ever.
    """

    __tablename__ = "suppression"

    address_mac: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
