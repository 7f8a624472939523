"""The tables of imports: former lists, their provenance, and their invitations.

An invitation is not a subscriber. It refers to the second owner who approved the import, so the
database has no invitation of an import without that approval.
"""

from datetime import datetime
from enum import StrEnum
from functools import partial
from secrets import token_urlsafe

from sqlalchemy import (
    JSON,
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

from supporters.database import Model, enum_column, foreign_key, partial_index
from supporters.people.models import MAX_ADDRESS
from supporters.people.profile import MAX_GIVEN_NAME

MAX_FILE_NAME = 120
MAX_COLLECTOR = 120
MAX_STATEMENT = 2000


class ImportStatus(StrEnum):
    """The status of an import."""

    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    WAITING = "waiting"
    MAKING = "making"
    ASKING = "asking"
    HELD = "held"
    DONE = "done"
    CANCELLED = "cancelled"


class CollectionMethod(StrEnum):
    """How the party collected a former list. There is no value for a list from a vendor."""

    SITE = "site"
    PAPER = "paper"
    EVENT = "event"
    PETITION = "petition"
    MEMBERS = "members"


class ExportFormat(StrEnum):
    """The programs whose exports are detected."""

    MAILCHIMP = "mailchimp"
    LISTMONK = "listmonk"
    PHPLIST = "phplist"
    MAILMAN = "mailman"
    OTHER = "other"


class RejectionReason(StrEnum):
    """Why a row is rejected. MAY_NOT does not tell an objection from an earlier invitation."""

    NO_ADDRESS = "no_address"
    MALFORMED = "malformed"
    ROLE = "role"
    TWICE = "twice"
    ON_LIST = "on_list"
    HAD_LEFT = "had_left"
    MAY_NOT = "may_not"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"


class ImportHoldReason(StrEnum):
    """Why the invitations of an import stopped by themselves."""

    REJECTED = "rejected"
    FEW_ACCEPT = "few_accept"
    MANY_DECLINE = "many_decline"
    RESTORED = "restored"


class InvitationStatus(StrEnum):
    """The status of an invitation: not sent, in the outbox, or accepted by the mail server."""

    WAITING = "waiting"
    LEAVING = "leaving"
    SENT = "sent"


class ListImport(Model):
    """A former list of the party: its file, its provenance, its owners and its progress.

    `refusals` has the number of rejected rows for each reason. `offset` and `line` are the position
    in the file. `day` and `asked_in_day` belong to the warm-up. `tried` and `refused_lately` count
    emails and their rejections, to hold the import when too many are rejected. `asking_since` is in
    the future while an approved import waits. `most_invited` is the limit that the approver read;
    imports from before it have none. `answers_before` are the counts at the last resumption: only
    answers since then can stop the import again. `encrypted` is the key of the file's parts, as
    long as these exist. `file_key` was the name of the file on the disk, before migration 0018.
    """

    __tablename__ = "list_import"
    __table_args__ = (
        CheckConstraint("approved_by_id <> imported_by_id", name="approved_by_another"),
        CheckConstraint(
            "status NOT IN ('making', 'asking', 'held', 'done') OR approved_by_id IS NOT NULL",
            name="approved_before_asking",
        ),
        CheckConstraint(
            "status IN ('draft', 'cancelled') OR (way IS NOT NULL AND collected_by IS NOT NULL"
            " AND collected_from IS NOT NULL AND collected_until IS NOT NULL"
            " AND statement IS NOT NULL AND address_column IS NOT NULL)",
            name="provenance_is_stated",
        ),
        UniqueConstraint("id", "approved_by_id"),
        UniqueConstraint("file_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    status: Mapped[ImportStatus] = mapped_column(enum_column(ImportStatus, "status"))
    language: Mapped[str] = mapped_column(String(5))
    imported_by_id: Mapped[int] = foreign_key("organiser.id")
    approved_by_id: Mapped[int | None] = foreign_key("organiser.id")

    file_name: Mapped[str] = mapped_column(String(MAX_FILE_NAME))
    file_key: Mapped[str] = mapped_column(String(40), default=partial(token_urlsafe, 16))
    encrypted: Mapped[bytes | None]
    file_hash: Mapped[str] = mapped_column(String(64))
    file_bytes: Mapped[int] = mapped_column(BigInteger)
    delimiter: Mapped[str] = mapped_column(String(1))
    header: Mapped[list[str]] = mapped_column(JSON)
    format: Mapped[ExportFormat] = mapped_column(enum_column(ExportFormat, "format"))
    address_column: Mapped[int | None]
    name_column: Mapped[int | None]
    language_column: Mapped[int | None]

    way: Mapped[CollectionMethod | None] = mapped_column(enum_column(CollectionMethod, "way"))
    collected_by: Mapped[str | None] = mapped_column(String(MAX_COLLECTOR))
    collected_from: Mapped[int | None]
    collected_until: Mapped[int | None]
    statement: Mapped[str | None] = mapped_column(Text)

    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    line: Mapped[int] = mapped_column(default=0)
    worked_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(default=0)
    fitting: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    most_invited: Mapped[int | None]
    invited: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[int] = mapped_column(default=0)
    declined: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)

    day: Mapped[int] = mapped_column(default=0)
    asked_in_day: Mapped[int] = mapped_column(default=0)
    tried: Mapped[int] = mapped_column(default=0)
    refused_lately: Mapped[int] = mapped_column(default=0)

    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    asking_since: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    hold_reason: Mapped[ImportHoldReason | None] = mapped_column(
        enum_column(ImportHoldReason, "hold_reason")
    )
    answers_before: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    ended_at: Mapped[datetime | None]


class ImportFilePart(Model):
    """A part of the file of an import, encrypted."""

    __tablename__ = "import_file_part"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("list_import.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]


class ImportEvidence(Model):
    """The document that shows the provenance of a list; stored as long as the import."""

    __tablename__ = "import_evidence"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("list_import.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(String(MAX_FILE_NAME))
    content_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes]


class ImportRefusal(Model):
    """A rejected row of a file: its line and the reason, never its content."""

    __tablename__ = "import_refusal"
    __table_args__ = ({"sqlite_with_rowid": False},)

    import_id: Mapped[int] = mapped_column(
        ForeignKey("list_import.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[RejectionReason] = mapped_column(enum_column(RejectionReason, "reason"))


class ImportSeen(Model):
    """An address that the dry run has seen: the first 8 bytes of its keyed hash.

    It exists during the dry run only, to find the second of two equal rows.
    """

    __tablename__ = "import_seen"
    __table_args__ = ({"sqlite_with_rowid": False},)

    import_id: Mapped[int] = mapped_column(
        ForeignKey("list_import.id"), primary_key=True, autoincrement=False
    )
    fingerprint: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Invitation(Model):
    """An imported address that gets one email with an invitation. No campaign can see it.

    `secret_hash` is the hash of the secret in the links of the email; NULL before the email.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["import_id", "approved_by_id"], ["list_import.id", "list_import.approved_by_id"]
        ),
        UniqueConstraint("address_mac"),
        Index("ix_invitation_import_id_status", "import_id", "status"),
        partial_index("ix_invitation_email_id", "email_id", where=text("email_id IS NOT NULL")),
        partial_index(
            "ix_invitation_expires_at", "expires_at", where=text("expires_at IS NOT NULL")
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    import_id: Mapped[int]
    approved_by_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[InvitationStatus] = mapped_column(enum_column(InvitationStatus, "status"))
    address: Mapped[str] = mapped_column(String(MAX_ADDRESS))
    address_mac: Mapped[bytes]
    given_name: Mapped[str | None] = mapped_column(String(MAX_GIVEN_NAME))
    language: Mapped[str] = mapped_column(String(5))
    email_id: Mapped[int | None] = foreign_key("outbox_email.id", on_delete="SET NULL")
    secret_hash: Mapped[bytes | None]
    asked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
