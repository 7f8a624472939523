"""The tables of campaigns, of their versions, tests and saved texts, and of the approval rule."""

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
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supporters.campaigns.campaign_lists import CampaignList, ListChoice
from supporters.campaigns.campaign_texts import MAX_PREHEADER, MAX_SUBJECT, LanguageText
from supporters.database import Model, enum_column, foreign_key

MAX_BODY = 100_000
MAX_INTERNAL_NAME = 120
MAX_REMARKS = 2_000
MAX_NAME = 80
WAVE_IS_WHOLE = (
    "(wave_size IS NULL OR wave_size > 0) AND (wave_minutes IS NULL OR wave_minutes > 0)"
    " AND (wave_batches IS NULL OR wave_batches > 0)"
    " AND (wave_size IS NOT NULL OR (wave_minutes IS NULL AND wave_batches IS NULL))"
    " AND (wave_batches IS NOT NULL OR (wave_ended_at IS NULL AND wave_continued_at IS NULL))"
)


class CampaignStatus(StrEnum):
    """The status of a campaign."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"
    TRASHED = "trashed"


class Campaign(Model):
    """One email to the people of one or several lists, each under a consent of their own.

    `lists` says who gets it. `mailing_list_id` and `purpose_id` are the first of them: the email
    has its sender, its look and its address for answers. While no list is chosen, they are those
    that a draft is shown with, and nobody gets it.
    `restored_at` is since when it has the state of a restored backup: more people may have got it
    than the ledger knows. Each change of a draft raises its `revision`: if two people edit it, the
    second one is warned. `document` is the text in blocks, as JSON; `body` is the same text in
    Markdown. A text that is no document, or that an earlier program stored, has only `body`.
    A draft in the trash has `trashed_at`: it is deleted some time after.
    `wave_size` people get it first: the batches up to `wave_batches`. The others wait until
    `wave_continued_at`: a person continues, or `wave_minutes` passed since `wave_ended_at`, when
    each email of the wave had been tried. `recent_` counts the relay's last 50 answers, `longer_`
    the last 1,000; `known_left` is how many leavings have paused it already.
    `internal_name` is what the team calls it; no email has it.
    It leaves at `send_at`, which `scheduled_by` chose while `scheduled_purpose_id` was the purpose
    of its list. Before `begins_at` nothing of a launched one leaves; without it, at once.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
        ),
        UniqueConstraint("id", "purpose_id"),
        Index("ix_campaign_id_language", "id", "language", unique=True),  # of `campaign_text`
        CheckConstraint("(status = 'trashed') = (trashed_at IS NOT NULL)", name="trashed"),
        CheckConstraint("(status = 'scheduled') = (send_at IS NOT NULL)", name="scheduled"),
        CheckConstraint(WAVE_IS_WHOLE, name="wave"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_list_id: Mapped[int]
    purpose_id: Mapped[int]
    language: Mapped[str] = mapped_column(String(5))
    internal_name: Mapped[str] = mapped_column(
        String(MAX_INTERNAL_NAME), default="", server_default=""
    )
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))
    preheader: Mapped[str] = mapped_column(String(MAX_PREHEADER), default="", server_default="")
    body: Mapped[str] = mapped_column(Text)
    document: Mapped[str | None] = mapped_column(Text)
    status: Mapped[CampaignStatus] = mapped_column(enum_column(CampaignStatus, "status"))
    audience: Mapped[int | None]
    created_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    revision: Mapped[int] = mapped_column(default=1)
    left_out: Mapped[int] = mapped_column(default=0, server_default="0")
    launched_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(60))
    problem_at: Mapped[datetime | None]
    restored_at: Mapped[datetime | None]
    audience_check_began_at: Mapped[datetime | None]
    audience_checked_at: Mapped[datetime | None]
    trashed_at: Mapped[datetime | None]
    trashed_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    send_at: Mapped[datetime | None]
    scheduled_at: Mapped[datetime | None]
    scheduled_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    scheduled_purpose_id: Mapped[int | None] = mapped_column(ForeignKey("purpose.id"))
    begins_at: Mapped[datetime | None]
    recent_answers: Mapped[int] = mapped_column(default=0, server_default="0")
    recent_refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    recent_refusals_of_us: Mapped[int] = mapped_column(default=0, server_default="0")
    longer_answers: Mapped[int] = mapped_column(default=0, server_default="0")
    longer_refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    known_left: Mapped[int] = mapped_column(default=0, server_default="0")
    wave_size: Mapped[int | None]
    wave_minutes: Mapped[int | None]
    wave_batches: Mapped[int | None]
    wave_ended_at: Mapped[datetime | None]
    wave_continued_at: Mapped[datetime | None]

    lists: Mapped[list[CampaignList]] = relationship(
        cascade="all, delete-orphan", order_by=CampaignList.position, passive_deletes=True
    )
    other_texts: Mapped[list[LanguageText]] = relationship(
        order_by=LanguageText.language, viewonly=True
    )

    @property
    def list_ids(self) -> list[int]:
        """The lists that it concerns, the first one first: those who may see all may see it."""
        others = (each.mailing_list_id for each in self.lists)
        return [*dict.fromkeys((self.mailing_list_id, *others))]

    @property
    def choices(self) -> tuple[ListChoice, ...]:
        """Its lists as they were chosen, each with its purpose."""
        return tuple(ListChoice(each.mailing_list_id, each.purpose_id) for each in self.lists)

    @property
    def purpose_ids(self) -> list[int]:
        """The purposes that it is sent for, in the order of its lists."""
        return [each.purpose_id for each in self.lists]

    @property
    def title(self) -> str:
        """The name that the team gave the campaign, or its subject."""
        return self.internal_name or self.subject


class VersionEnd(StrEnum):
    """Why a version can't be launched any more."""

    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    RESTORED = "restored"


class CampaignVersion(Model):
    """A message as it was frozen when approval was asked for, or when it was launched alone.

    `content` is what the workers send, as canonical JSON; `hash` is its SHA-256. Neither changes.
    A campaign that isn't a draft has its newest version.
    """

    __tablename__ = "campaign_version"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    asked_at: Mapped[datetime]
    approved_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    approved_at: Mapped[datetime | None]
    approved_audience: Mapped[int | None]
    ended_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[VersionEnd | None] = mapped_column(
        enum_column(VersionEnd, "ended_because")
    )
    remarks: Mapped[str | None] = mapped_column(String(MAX_REMARKS))


class CampaignTest(Model):
    """A test email: the hash of the message that it showed, who got it, and who sent it.

    `language` is that of the text in it: empty for the first language of the campaign.
    `spam_tenths` is the score of this message by SpamAssassin, in tenths, where a worker has it.
    """

    __tablename__ = "campaign_test"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), index=True
    )
    hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(5))
    organiser_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    sent_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    sent_at: Mapped[datetime]
    spam_tenths: Mapped[int | None]


class ApprovalRule(Model):
    """The one row of the approval rule. Without it, every campaign needs a second person.

    One person may write and launch a campaign to at most `alone_up_to` people.
    """

    __tablename__ = "approval_rule"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("alone_up_to >= 0", name="alone_up_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alone_up_to: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")


class TextKind(StrEnum):
    """A whole message to begin a campaign with, or blocks to insert into one."""

    TEMPLATE = "template"
    PIECE = "piece"


class TeamText(Model):
    """A template or a piece of the team. All accounts that write campaigns can read it.

    `document` is its text in blocks, without their ids. A piece has no subject and no preheader.
    """

    __tablename__ = "team_text"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[TextKind] = mapped_column(enum_column(TextKind, "kind"))
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))
    preheader: Mapped[str] = mapped_column(String(MAX_PREHEADER))
    document: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    created_at: Mapped[datetime]

    @property
    def is_template(self) -> bool:
        """Whether it is a whole message to begin with, and no piece."""
        return self.kind is TextKind.TEMPLATE


class SavedText(Model):
    """The text of a campaign as it was saved. The one of its revision is the text as it is now.

    One has the saves of one account within ten minutes: `begun_at` is the first of them, `saved_at`
    the last, `revision` that of the campaign. `version` is the number of the frozen version with
    this text, `restored_number` that of the saved text that was restored with it. `is_other` marks
    the texts in other languages than the first one: each language has its own history. Words that
    only a browser had, from `begun_at`, have the revision 0: they never were a campaign's text.
    """

    __tablename__ = "saved_text"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    number: Mapped[int]
    revision: Mapped[int]
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))
    preheader: Mapped[str] = mapped_column(String(MAX_PREHEADER))
    body: Mapped[str] = mapped_column(Text)
    document: Mapped[str | None] = mapped_column(Text)
    saved_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(MAX_NAME), default="", server_default="")
    version: Mapped[int | None]
    restored_number: Mapped[int | None]
    is_other: Mapped[bool] = mapped_column(default=False, server_default=false())
