"""The tables of the team's work on a campaign: comments, mentions, and who has it open."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, foreign_key, part_of

MAX_COMMENT = 2_000
MAX_QUOTE = 200
MAX_BLOCK_ID = 40


class CampaignComment(Model):
    """Words of the team about a campaign: beside its content, never in it.

    `block_id` names a block of the document, and `quote` has words of it; without both, the comment
    is about the whole message. `body` has a mark for each mentioned account in place of its name
    (rules.py). An answer has its `parent_id`; only a comment without one is resolved.
    """

    __tablename__ = "campaign_comment"
    __table_args__ = (Index("ix_campaign_comment_campaign_id_id", "campaign_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = foreign_key(
        "campaign_comment.id", on_delete="CASCADE", index=True
    )
    block_id: Mapped[str | None] = mapped_column(String(MAX_BLOCK_ID))
    quote: Mapped[str] = mapped_column(String(MAX_QUOTE))
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")


class CommentMention(Model):
    """An account that a comment mentions. `told_at` is when its email was put into the outbox."""

    __tablename__ = "comment_mention"
    __table_args__ = (Index("ix_comment_mention_told_at", "told_at"),)

    comment_id: Mapped[int] = foreign_key(
        "campaign_comment.id", on_delete="CASCADE", primary_key=True
    )
    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE", primary_key=True)
    told_at: Mapped[datetime | None]


class CampaignPresence(Model):
    """An account that has the editor of a campaign open, and when it last typed there.

    A row is deleted a minute after its last sign of life.
    """

    __tablename__ = "campaign_presence"

    campaign_id: Mapped[int] = part_of("campaign.id")
    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE", primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
    typed_at: Mapped[datetime | None]
