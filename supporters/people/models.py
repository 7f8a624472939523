"""The tables of subscribers, of the words that find them, and of the keys that hash addresses."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.bounce_classes.classes import BounceClass
from supporters.database import Model, enum_column, foreign_key, partial_index
from supporters.people.profile import ProfileColumns
from supporters.people.rules import MAX_WORD

MAX_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3: a path of 256 octets, brackets included


class DataKey(Model):
    """A random key, encrypted by the secret keys. It outlasts their rotation (ADR 013)."""

    __tablename__ = "data_key"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    encrypted: Mapped[bytes]
    created_at: Mapped[datetime]


class Subscriber(ProfileColumns, Model):
    """A person who confirmed. No row exists without the confirmed consent event that made it.

    `log_salt` makes the key that opens the person's records in the consent log. `acted_at` is the
    last activity of the person. `inactivity_email_id` is the inactivity email in the outbox, and
    `asked_again_at` is the time when it was sent (REQ-36). `unreachable_since` is since when
    their mailbox can't be reached, `failed_at` when an email last failed to reach it.
    """

    __tablename__ = "subscriber"
    __table_args__ = (
        CheckConstraint("joined_event_kind = 'confirmed'", name="joined_by_confirming"),
        CheckConstraint(
            "(unreachable_since IS NULL) = (unreachable_because IS NULL)", name="unreachable"
        ),
        ForeignKeyConstraint(
            ["joined_event_id", "joined_event_kind", "id"],
            ["consent_event.id", "consent_event.kind", "consent_event.subscriber_id"],
            name="fk_subscriber_joined_event",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        UniqueConstraint("address_key"),
        UniqueConstraint("address_mac"),
        UniqueConstraint("joined_event_id"),
        Index("ix_subscriber_acted_at", "acted_at"),
        Index("ix_subscriber_language_id", "language", "id"),
        *(
            partial_index(f"ix_subscriber_{name}", name, where=text(f"{name} IS NOT NULL"))
            for name in ("restricted_at", "paused_until", "unreachable_since")
        ),
        partial_index(
            "ix_subscriber_inactivity_email_id",
            "inactivity_email_id",
            where=text("inactivity_email_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(MAX_ADDRESS))
    address_key: Mapped[str] = mapped_column(String(MAX_ADDRESS))
    address_mac: Mapped[bytes]
    created_at: Mapped[datetime]
    acted_at: Mapped[datetime]
    asked_again_at: Mapped[datetime | None]
    inactivity_email_id: Mapped[int | None] = foreign_key("outbox_email.id", on_delete="SET NULL")
    paused_until: Mapped[datetime | None]
    restricted_at: Mapped[datetime | None]
    unreachable_since: Mapped[datetime | None]
    unreachable_because: Mapped[BounceClass | None] = mapped_column(
        enum_column(BounceClass, "unreachable_because")
    )
    failed_at: Mapped[datetime | None]
    log_salt: Mapped[bytes]
    joined_event_id: Mapped[int] = mapped_column(BigInteger)
    joined_event_kind: Mapped[str] = mapped_column(String(20), default="confirmed")


class SearchWord(Model):
    """A word of a person's address or first name, without case and accents (ADR 049).

    PostgreSQL compares it byte by byte, as SQLite does: its index serves the beginning of a word.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        Index("ix_search_word_subscriber_id", "subscriber_id"),
        {"sqlite_with_rowid": False},
    )

    word: Mapped[str] = mapped_column(
        String(MAX_WORD).with_variant(String(MAX_WORD, collation="C"), "postgresql"),
        primary_key=True,
    )
    subscriber_id: Mapped[int] = foreign_key("subscriber.id", on_delete="CASCADE", primary_key=True)
