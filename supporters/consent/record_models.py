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

    The list of records is JSON of [kind, id]. Since ADR 141 it is encrypted in `sealed_list` with a
    salt, `record_count` says how many there are, and the log seals `records_sha256`, the hash of
    both. Earlier erasures have the list in `records`. `holder` is NULL unless the person got a
    promise of it: the SHA-256 of a random value that only the promise has, and of the address.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint(
            "records IS NOT NULL AND sealed_list IS NULL AND records_sha256 IS NULL"
            " AND record_count IS NULL"
            " OR records IS NULL AND sealed_list IS NOT NULL AND records_sha256 IS NOT NULL"
            " AND length(records_sha256) = 32 AND record_count IS NOT NULL AND record_count >= 0",
            name="one_form",
        ),
        Index("ix_erasure_holder", "holder", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[ErasureReason] = mapped_column(enum_column(ErasureReason, "reason"))
    records: Mapped[str | None] = mapped_column(Text)
    sealed_list: Mapped[bytes | None]
    records_sha256: Mapped[bytes | None]
    record_count: Mapped[int | None]
    holder: Mapped[bytes | None]
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

    `lost_head` is the newest checkpoint that was known outside; that of the backup if none was.
    `appended` is how many lost entries were appended again, by their hashes alone, so that the log
    has that checkpoint: NULL before this was done. `origin` is the new name of the log if it
    couldn't be done.
    """

    __tablename__ = "restoration"
    __table_args__ = (
        CheckConstraint(
            "appended IS NULL AND origin IS NULL OR appended IS NOT NULL AND appended >= 0"
            " AND (origin IS NULL OR appended = 0)",
            name="goes_on",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lost_head: Mapped[str] = mapped_column(Text)
    restored_size: Mapped[int] = mapped_column(BigInteger)
    replayed: Mapped[int]
    occurred_at: Mapped[datetime]
    appended: Mapped[int | None] = mapped_column(BigInteger)
    origin: Mapped[str | None] = mapped_column(Text)

    @property
    def is_appended(self) -> bool:
        """Tell whether the lost entries are in the tree again."""
        return self.appended is not None and self.origin is None

    @property
    def is_loss_known(self) -> bool:
        """Tell whether somebody had a checkpoint of what was lost."""
        return int(self.lost_head.split("\n")[1]) > self.restored_size


class LostEntry(Model):
    """The hash of a leaf whose record a restore lost, at its former position.

    It counts only as part of the keyed restoration that appended it (ADR 141).
    """

    __tablename__ = "lost_entry"
    __table_args__ = (
        CheckConstraint("length(leaf) = 32", name="whole"),
        CheckConstraint("position >= 0", name="placed"),
        Index("ix_lost_entry_restoration_id", "restoration_id"),
    )

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    leaf: Mapped[bytes]
    restoration_id: Mapped[int] = mapped_column(ForeignKey("restoration.id"))


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
