"""Reads of comments."""

from collections.abc import Sequence

from sqlalchemy import func, select

from supporters.campaigns.comments.models import CampaignComment
from supporters.database import db


def list_comments(campaign_id: int) -> Sequence[CampaignComment]:
    """Return the comments on a campaign with their answers, oldest first."""
    return db.session.scalars(
        select(CampaignComment)
        .where(CampaignComment.campaign_id == campaign_id)
        .order_by(CampaignComment.id)
    ).all()


def find_comment(campaign_id: int, comment_id: int) -> CampaignComment | None:
    """Return a comment on a campaign."""
    comment = db.session.get(CampaignComment, comment_id)
    return comment if comment and comment.campaign_id == campaign_id else None


def is_answered(comment_id: int) -> bool:
    """Tell whether a comment has an answer."""
    found = select(CampaignComment.id).where(CampaignComment.parent_id == comment_id).limit(1)
    return db.session.scalar(found) is not None


def find_comments_stamp(campaign_id: int) -> str:
    """Return a text that changes with each change of the comments on a campaign."""
    counted = select(func.count(), func.max(CampaignComment.changed_at))
    count, newest = db.session.execute(
        counted.where(CampaignComment.campaign_id == campaign_id)
    ).one()
    return f"{count} {newest}"
