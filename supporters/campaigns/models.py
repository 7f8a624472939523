"""The table of campaigns, and their statuses."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, UtcDateTime, enum_column

MAX_SUBJECT = 200
MAX_BODY = 100_000


class CampaignStatus(StrEnum):
    """The status of a campaign."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


class Campaign(Model):
    """One email to one list, for one purpose that the list has or had.

    `restored_at` is since when it has the state of a restored backup: more people may have got it
    than the ledger knows. Each change of a draft raises its `revision`: if two people edit it, the
    second one is warned.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
        ),
        UniqueConstraint("id", "purpose_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_list_id: Mapped[int]
    purpose_id: Mapped[int]
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[CampaignStatus] = mapped_column(enum_column(CampaignStatus, "status"))
    audience: Mapped[int | None]
    created_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")
    )
    revision: Mapped[int] = mapped_column(default=1)
    launched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column("trouble", String(60))
    problem_at: Mapped[datetime | None] = mapped_column("trouble_at", UtcDateTime)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recent_answers: Mapped[int] = mapped_column(default=0, server_default="0")
    recent_refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    recent_refusals_of_us: Mapped[int] = mapped_column(default=0, server_default="0")
