"""The tables of consent.

All but `optional_purpose`, `agreement` and `suppression` are append-only.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.consent.act_places import IS_POSSIBLE, ActPlaceColumns
from supporters.consent.email_columns import EMAIL_CHECKS, ConfirmingEmailColumns
from supporters.database import Model, enum_column, foreign_key, partial_index

IS_CONSENT = "consent_kind IN ('confirmed', 'renewed')"
# A statement names such a condition too: SQLite uses the index only for the same words.
IS_OF_RECONFIRMATION = text("kind IN ('asked-again', 'renewed')")
IS_WITHDRAWAL = text("kind IN ('withdrawn', 'objected')")


class PurposeKind(StrEnum):
    """The subject of a purpose. People consent to each purpose separately (REQ-4)."""

    NEWSLETTER = "newsletter"
    TARGETING = "targeting"
    MEASUREMENT = "measurement"


class EventKind(StrEnum):
    """The kind of a consent event."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    RESTRICTED = "restricted"
    RESTRICTION_LIFTED = "released"
    RECONFIRMATION_REQUESTED = "asked-again"
    ADDRESS_CHANGED = "moved"
    CORRECTED = "corrected"
    UNREACHABLE = "unreachable"
    REACHABLE = "reachable"


class Method(StrEnum):
    """How the person caused the event."""

    FORM = "form"
    LINK = "link"
    CODE = "code"
    ONE_CLICK = "one-click"
    PAGE = "page"
    MY_DATA = "my-data"
    ORGANISER = "organiser"
    EMAIL = "letter"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class LawfulBasis(StrEnum):
    """The basis of a consent event in GDPR article 9. All subscribers gave explicit consent."""

    EXPLICIT_CONSENT = "9(2)(a)"


class Controller(Model):
    """The controller that people gave consent to: one row for each identity that it had."""

    __tablename__ = "controller"
    __table_args__ = (UniqueConstraint("name", "address", "contact", "data_protection_officer"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    data_protection_officer: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime]


class Purpose(Model):
    """One thing that a person can consent to, separately from all others.

    A material change of its meaning is a new purpose that succeeds it. People stay with the earlier
    purpose until they consent again (REQ-15).
    """

    __tablename__ = "purpose"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PurposeKind] = mapped_column(enum_column(PurposeKind, "kind"))
    succeeds_id: Mapped[int | None] = mapped_column(ForeignKey("purpose.id"), unique=True)
    created_at: Mapped[datetime]


class OptionalPurpose(Model):
    """A purpose without a list. Every signup page has a box for it."""

    __tablename__ = "optional_purpose"

    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), primary_key=True)
    since: Mapped[datetime]


class Wording(Model):
    """The exact text of a consent in one language. A change is a new version."""

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
    created_at: Mapped[datetime]


class PageStyle(Model):
    """The style sheets and images of page snapshots; each set is stored once.

    `content` is a JSON object from addresses to contents, compressed by zlib; `content_hash` is the
    SHA-256 of the JSON.
    """

    __tablename__ = "page_style"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes]


class PageSnapshot(Model):
    """A page snapshot: a signup page as it was shown (REQ-17).

    `content` is the HTML, compressed by zlib; `content_hash` is the SHA-256 of the HTML, which
    covers words and form. The style is that of the first time the page was shown. The first
    snapshots have no style: their HTML contains it.
    """

    __tablename__ = "page_snapshot"
    __table_args__ = (UniqueConstraint("content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(5))
    content: Mapped[bytes] = mapped_column(deferred=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    style_hash: Mapped[str | None] = mapped_column(ForeignKey("page_style.content_hash"))
    first_used_at: Mapped[datetime]


class ConsentEvent(ActPlaceColumns, ConfirmingEmailColumns, Model):
    """One act of one person: for one purpose, or (restricted, moved) for all their data.

    Two kinds are of their mailbox: it can't be reached any more, or it can again.

    A confirmation has evidence: the hash of the token that was mailed, and the request that it
    confirms. `address_mac` is the keyed hash of the person's address at that time. The row is
    sealed in the log, under the person's key. The first events have no controller and no basis:
    nothing recorded them. `holder` is a hash that only the person can open (record_holders.py),
    `form_id` the form that the team made, if the page was one.
    """

    __tablename__ = "consent_event"
    __table_args__ = (
        CheckConstraint(
            "kind NOT IN ('confirmed', 'renewed')"
            " OR (wording_id IS NOT NULL AND requested_at IS NOT NULL"
            " AND page_url IS NOT NULL AND evidence IS NOT NULL"
            " AND method IN ('link', 'code', 'my-data'))",
            name="confirmed_by_the_holder",
        ),
        CheckConstraint(
            "purpose_id IS NOT NULL OR kind IN"
            " ('objected', 'restricted', 'released', 'moved', 'unreachable', 'reachable')",
            name="for_a_purpose",
        ),
        CheckConstraint("(basis IS NULL) = (controller_id IS NULL)", name="answered_for"),
        CheckConstraint(
            "(record_form IS NULL AND holder IS NULL AND form_id IS NULL)"
            " OR (record_form IS NOT NULL AND record_form = 3"
            " AND holder IS NOT NULL AND controller_id IS NOT NULL)",
            name="third_form",
        ),
        CheckConstraint(IS_POSSIBLE, name="place"),
        *EMAIL_CHECKS,
        ForeignKeyConstraint(["wording_id", "purpose_id"], ["wording.id", "wording.purpose_id"]),
        UniqueConstraint("id", "kind", "subscriber_id"),
        UniqueConstraint("id", "kind", "subscriber_id", "purpose_id"),
        UniqueConstraint("evidence", "purpose_id"),
        Index("ix_consent_event_subscriber_id", "subscriber_id"),
        Index("ix_consent_event_purpose_id_occurred_at", "purpose_id", "occurred_at"),
        partial_index(
            "ix_consent_event_asked",
            "purpose_id",
            "kind",
            "subscriber_id",
            where=IS_OF_RECONFIRMATION,
        ),
        partial_index("ix_consent_event_left", "purpose_id", "subscriber_id", where=IS_WITHDRAWAL),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[EventKind] = mapped_column(enum_column(EventKind, "kind"))
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscriber.id", deferrable=True, initially="DEFERRED")
    )
    address_mac: Mapped[bytes]
    purpose_id: Mapped[int | None] = mapped_column(ForeignKey("purpose.id"))
    wording_id: Mapped[int | None]
    method: Mapped[Method] = mapped_column(enum_column(Method, "method"))
    page_url: Mapped[str | None] = mapped_column(String(500))
    page_snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("page_snapshot.id"))
    request_id: Mapped[int | None] = mapped_column(BigInteger)
    requested_at: Mapped[datetime | None]
    occurred_at: Mapped[datetime]
    evidence: Mapped[bytes | None]
    controller_id: Mapped[int | None] = foreign_key("controller.id")
    basis: Mapped[LawfulBasis | None] = mapped_column(enum_column(LawfulBasis, "basis"))
    holder: Mapped[bytes | None]
    form_id: Mapped[int | None]


class Agreement(Model):
    """A person's current consent to a purpose that is no list, and the event that gave it.

    Withdrawing deletes the row; the consent events keep the history.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint(IS_CONSENT, name="confirmed"),
        ForeignKeyConstraint(
            ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
            [
                "consent_event.id",
                "consent_event.kind",
                "consent_event.subscriber_id",
                "consent_event.purpose_id",
            ],
            name="fk_agreement_consent",
        ),
        UniqueConstraint("consent_event_id"),
    )

    subscriber_id: Mapped[int] = foreign_key("subscriber.id", primary_key=True)
    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), primary_key=True)
    consent_event_id: Mapped[int] = mapped_column(BigInteger)
    consent_kind: Mapped[str] = mapped_column(String(20))


class Suppression(Model):
    """An address that may not be written to, stored only as its keyed hash (REQ-34).

    `scope` is a value of consent.suppression. `until` is NULL if it has no end. `record_id` is that
    of its sealed record; one from before these records has none.
    """

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("record_id"),)

    address_mac: Mapped[bytes] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    record_id: Mapped[int | None] = mapped_column(BigInteger)
