"""Adds, resolves, reopens and deletes comments. They are no content: an approval stays.

The audit log has each act with the id of the comment, and never its words.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import func, select

from supporters import clock
from supporters.audit_log.audit_events import Act, record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.comments.models import CampaignComment, CommentMention
from supporters.campaigns.comments.queries import find_comment, is_answered
from supporters.campaigns.comments.rules import mark_names, may_delete, typed_names
from supporters.campaigns.queries import find_campaign
from supporters.database import db, in_transaction, use_case
from supporters.ids import new_id
from supporters.team.list_scopes import list_team_of

MOST_COMMENTS = 500  # on one campaign
MOST_MENTIONS = 20  # in one comment


@dataclass(frozen=True, kw_only=True)
class NewComment:
    """A comment as it was typed. `told` are accounts chosen from the list beside those named."""

    body: str
    block_id: str | None = None
    quote: str = ""
    parent_id: int | None = None
    told: Collection[int] = ()


@dataclass(frozen=True)
class AddedComment:
    """A stored comment, how many it mentions, and names that nobody of the team has."""

    comment: CampaignComment
    mentioned: int
    unknown: list[str]


class CommentError(Enum):
    """Why a comment was not stored or deleted."""

    UNKNOWN = auto()
    TOO_MANY = auto()
    TOO_MANY_MENTIONS = auto()
    NOT_DELETED = auto()


@use_case
def add_comment(campaign_id: int, new: NewComment, author_id: int) -> AddedComment | CommentError:
    """Store a comment, or an answer to one. An answer opens a resolved comment again."""
    campaign = find_campaign(campaign_id)
    parent = _find_first(campaign_id, new.parent_id)
    if campaign is None or (parent is None and new.parent_id is not None):
        return CommentError.UNKNOWN
    if _count(campaign_id) >= MOST_COMMENTS:
        return CommentError.TOO_MANY
    team = {each.id: each for each in list_team_of(campaign.mailing_list_id)}
    names = typed_names((each.id, each.name or "", each.email) for each in team.values())
    marked = mark_names(new.body, names)
    mentioned = {*marked.mentioned, *(each for each in new.told if each in team)} - {author_id}
    if len(mentioned) > MOST_MENTIONS:
        return CommentError.TOO_MANY_MENTIONS
    now = clock.now()
    comment = CampaignComment(
        id=new_id(now),
        campaign_id=campaign_id,
        parent_id=parent.id if parent else None,
        block_id=parent.block_id if parent else new.block_id,
        quote=parent.quote if parent else new.quote,
        body=marked.text,
        author_id=author_id,
        created_at=now,
        changed_at=now,
    )
    db.session.add(comment)
    db.session.flush()
    db.session.add_all(
        CommentMention(comment_id=comment.id, organiser_id=each) for each in sorted(mentioned)
    )
    if parent is not None and parent.resolved_at is not None:
        _set_resolved(parent, None)
    _record(CampaignAct.COMMENT_ADDED, comment)
    return AddedComment(comment, len(mentioned), marked.unknown)


@use_case
def resolve_comment(campaign_id: int, comment_id: int, by_id: int) -> CommentError | None:
    """Mark a comment as settled. It stays, with its answers."""
    comment = _find_first(campaign_id, comment_id)
    if comment is None:
        return CommentError.UNKNOWN
    if comment.resolved_at is None:
        _set_resolved(comment, by_id)
        _record(CampaignAct.COMMENT_RESOLVED, comment)
    return None


@use_case
def reopen_comment(campaign_id: int, comment_id: int) -> CommentError | None:
    """Open a resolved comment again."""
    comment = _find_first(campaign_id, comment_id)
    if comment is None:
        return CommentError.UNKNOWN
    if comment.resolved_at is not None:
        _set_resolved(comment, None)
        _record(CampaignAct.COMMENT_REOPENED, comment)
    return None


@use_case
def delete_comment(campaign_id: int, comment_id: int, by_id: int) -> CommentError | None:
    """Delete a comment that its author regrets. Later it can be resolved: others acted on it."""
    comment = find_comment(campaign_id, comment_id)
    if comment is None:
        return CommentError.UNKNOWN
    if not may_delete(
        comment.author_id,
        comment.created_at,
        by_id=by_id,
        is_answered=is_answered(comment_id),
        now=clock.now(),
    ):
        return CommentError.NOT_DELETED
    db.session.delete(comment)
    _record(CampaignAct.COMMENT_DELETED, comment)
    return None


def _find_first(campaign_id: int, comment_id: int | None) -> CampaignComment | None:
    """Return the comment that an answer belongs to, or the comment itself."""
    comment = None if comment_id is None else find_comment(campaign_id, comment_id)
    if comment is None or comment.parent_id is None:
        return comment
    return find_comment(campaign_id, comment.parent_id)


def _count(campaign_id: int) -> int:
    counted = select(func.count()).where(CampaignComment.campaign_id == campaign_id)
    return db.session.scalar(counted) or 0


def _set_resolved(comment: CampaignComment, by_id: int | None) -> None:
    now = clock.now()
    comment.resolved_at = None if by_id is None else now
    comment.resolved_by = by_id
    comment.changed_at = now


@in_transaction
def _record(act: Act, comment: CampaignComment) -> None:
    record_team_act(act, comment.campaign_id, {"comment": str(comment.id)})
