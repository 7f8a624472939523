"""The tables of consent. All but offers, agreements and suppressions are only ever added to."""

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

IS_CONSENT = "consent_kind IN ('confirmed', 'renewed')"


class PurposeKind(StrEnum):
    """What a purpose is about; each person agrees to each apart (REQ-4)."""

    NEWSLETTER = "newsletter"
    TARGETING = "targeting"
    MEASUREMENT = "measurement"


class EventKind(StrEnum):
    """What happened to a consent, or to the person who gave it."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    RESTRICTED = "restricted"
    RELEASED = "released"
    ASKED_AGAIN = "asked-again"
    MOVED = "moved"


class Method(StrEnum):
    """By which act it happened."""

    FORM = "form"
    LINK = "link"
    CODE = "code"
    ONE_CLICK = "one-click"
    PAGE = "page"
    MY_DATA = "my-data"
    ORGANISER = "organiser"
    LETTER = "letter"


class LawfulBasis(StrEnum):
    """What a consent event rests on, by GDPR article 9: nobody is here without having agreed."""

    EXPLICIT_CONSENT = "9(2)(a)"


class Controller(Model):
    """Whom people agree with: the party as it named itself, kept once for each identity it had."""

    __tablename__ = "controller"
    __table_args__ = (UniqueConstraint("name", "address", "contact", "data_protection_officer"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    data_protection_officer: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Purpose(Model):
    """One thing that a person can agree to, apart from every other.

    A material change of what it means is a purpose of its own, that succeeds the earlier one: who
    agreed to that one stays there until they agree again (REQ-15).
    """

    __tablename__ = "purpose"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PurposeKind] = mapped_column(enum_column(PurposeKind, "kind"))
    succeeds_id: Mapped[int | None] = mapped_column(ForeignKey("purpose.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Offer(Model):
    """A purpose without a list that stands on every signup page, as a box to tick or not."""

    __tablename__ = "offer"

    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


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


class PageStyle(Model):
    """The style sheets and drawings of page snapshots, each set of them once.

    `content` is a JSON object from addresses to contents, compressed by zlib; `content_hash` the
    SHA-256 of the JSON.
    """

    __tablename__ = "page_style"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PageVersion(Model):
    """A page snapshot: a signup page as it was shown (REQ-17).

    `content` is the HTML, compressed by zlib; `content_hash` the SHA-256 of the HTML. It covers
    words and form. Style sheets and drawings lie in the style with which the page was shown first.
    A snapshot of former times has no style: its HTML contains it.
    """

    __tablename__ = "page_version"
    __table_args__ = (UniqueConstraint("content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(5))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    style_hash: Mapped[str | None] = mapped_column(ForeignKey("page_style.content_hash"))
    first_used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConsentEvent(Model):
    """One act of one person, for one purpose, or (restricted, moved) for all that they are to us.

    A confirmation carries its evidence: the hash of the token that only the mailbox got, and the
    request that it answers. `address_mac` is the keyed hash of the person's address by then. What
    stands here is sealed in the log (consent/log), under the person's key. The first events
    name no controller and no basis: nothing said them.
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
            "purpose_id IS NOT NULL OR kind IN ('objected', 'restricted', 'released', 'moved')",
            name="for_a_purpose",
        ),
        CheckConstraint("(basis IS NULL) = (controller_id IS NULL)", name="answered_for"),
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
    address_mac: Mapped[bytes] = mapped_column(LargeBinary)
    purpose_id: Mapped[int | None] = mapped_column(ForeignKey("purpose.id"))
    wording_id: Mapped[int | None]
    method: Mapped[Method] = mapped_column(enum_column(Method, "method"))
    page_url: Mapped[str | None] = mapped_column(String(500))
    page_version_id: Mapped[int | None] = mapped_column(ForeignKey("page_version.id"))
    request_id: Mapped[int | None] = mapped_column(BigInteger)
    requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    evidence: Mapped[bytes | None] = mapped_column(LargeBinary)
    controller_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("controller.id"))
    basis: Mapped[LawfulBasis | None] = mapped_column(enum_column(LawfulBasis, "basis"))


class Agreement(Model):
    """A person's standing consent to a purpose that is no list, held by the event that gave it.

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

    subscriber_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("subscriber.id"), primary_key=True
    )
    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), primary_key=True)
    consent_event_id: Mapped[int] = mapped_column(BigInteger)
    consent_kind: Mapped[str] = mapped_column(String(20))


class Suppression(Model):
    """An address that must not be written to, known only by its keyed hash (REQ-34).

    `scope` is one of the values of consent.suppression; `until` is empty for ever.
    """

    __tablename__ = "suppression"

    address_mac: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
