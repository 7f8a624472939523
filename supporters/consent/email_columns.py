"""The columns of a consent event for the email that a person confirmed by."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import enum_column


class EmailOutcome(StrEnum):
    """The outcome of the email that a person confirmed by, as it was known at that moment."""

    TAKEN = "taken"
    UNSETTLED = "unsettled"
    GIVEN_UP = "given-up"
    WITHHELD = "withheld"


EMAIL_CHECKS = (
    CheckConstraint(
        "email_status IS NULL OR kind IN ('confirmed', 'renewed', 'moved')",
        name="confirmed_by_email",
    ),
    CheckConstraint(
        "(coalesce(email_status, '') IN ('taken', 'given-up'))"
        " = (email_settled_at IS NOT NULL)"
        " AND (email_reply IS NULL OR email_settled_at IS NOT NULL)",
        name="email_settled",
    ),
    CheckConstraint(
        "coalesce(email_status, '') = 'taken'"
        " OR (email_sha256 IS NULL AND email_snapshot_sha256 IS NULL)",
        name="email_taken",
    ),
)


class ConfirmingEmailColumns:
    """They are those of the email's row in the outbox, which is deleted after a month."""

    email_settled_at: Mapped[datetime | None]
    email_reply: Mapped[str | None] = mapped_column(String(40))
    email_sha256: Mapped[bytes | None]
    email_snapshot_sha256: Mapped[bytes | None] = mapped_column(
        ForeignKey("email_snapshot.content_hash")
    )
    email_status: Mapped[EmailOutcome | None] = mapped_column(
        enum_column(EmailOutcome, "email_status")
    )
