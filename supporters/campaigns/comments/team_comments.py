"""Adds, resolves, reopens and deletes comments, and mails mentions. They are no content.

An approval stays when there is a comment. The audit log has each act with the id of the comment,
and never its words.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import groupby

from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import Act, record_team_act
from supporters.campaigns.acts import CampaignAct, CampaignNotice
from supporters.campaigns.comments.models import CampaignComment, CommentMention
from supporters.campaigns.comments.queries import find_comment, is_answered
from supporters.campaigns.comments.rules import mark_names, may_delete, typed_names
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign
from supporters.database import db, in_transaction, use_case
from supporters.ids import new_id
from supporters.mail.links import link_to
from supporters.notices.security_notices import name_of_actor, only, put_notice
from supporters.team.list_scopes import list_team_of

MOST_COMMENTS = 500  # on one campaign
MOST_MENTIONS = 20  # in one comment
WAIT = timedelta(minutes=3)  # time to delete the comment, and to write the next one
MAILS_A_DAY = 20
AT_ONCE = 500
LONGEST_ABOUT = 600
Row = tuple[CommentMention, CampaignComment, Campaign]


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
    team = {each.id: each for each in list_team_of(campaign.list_ids)}
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


@use_case
def tell_mentioned(now: datetime) -> int:
    """Put an email into the outbox for each account and campaign with mentions; return how many.

    Mentions of an account that may not read the campaign any more, or that got many emails today,
    are noted as told: the page of the comments has them.
    """
    told = 0
    for organiser_id, group in groupby(_list_waiting(now), key=lambda row: row[0].organiser_id):
        rows = [*group]
        room = MAILS_A_DAY - _count_mails(organiser_id, now)
        for campaign, comments in _by_campaign(rows):
            account = find_organiser(organiser_id)
            if account and room > 0 and account in list_team_of(campaign.list_ids):
                _tell(account, campaign, comments)
                room, told = room - 1, told + 1
        for mention, _comment, _campaign in rows:
            mention.told_at = now
    return told


def _list_waiting(now: datetime) -> Sequence[Row]:
    """Return the mentions of accounts and campaigns whose first mention has waited long enough.

    Those in a draft of the trash wait until it is restored.
    """
    due = (
        select(CommentMention.organiser_id, CampaignComment.campaign_id)
        .join(CampaignComment, CampaignComment.id == CommentMention.comment_id)
        .join(Campaign, Campaign.id == CampaignComment.campaign_id)
        .where(CommentMention.told_at.is_(None), Campaign.status != CampaignStatus.TRASHED)
        .group_by(CommentMention.organiser_id, CampaignComment.campaign_id)
        .having(func.min(CampaignComment.created_at) <= now - WAIT)
        .limit(AT_ONCE)
        .subquery()
    )
    rows = db.session.execute(
        select(CommentMention, CampaignComment, Campaign)
        .join(CampaignComment, CampaignComment.id == CommentMention.comment_id)
        .join(Campaign, Campaign.id == CampaignComment.campaign_id)
        .join(
            due,
            (due.c.organiser_id == CommentMention.organiser_id)
            & (due.c.campaign_id == CampaignComment.campaign_id),
        )
        .where(CommentMention.told_at.is_(None))
        .order_by(CommentMention.organiser_id, CampaignComment.campaign_id, CampaignComment.id)
        .with_for_update(of=CommentMention)
    )
    return [(mention, comment, campaign) for mention, comment, campaign in rows]


def _by_campaign(rows: Sequence[Row]) -> Iterable[tuple[Campaign, list[CampaignComment]]]:
    for _key, group in groupby(rows, key=lambda row: row[2].id):
        found = [*group]
        yield found[0][2], [comment for _mention, comment, _campaign in found]


def _count_mails(organiser_id: int, now: datetime) -> int:
    """Return how many emails about mentions an account got within 24 hours."""
    counted = (
        select(func.count(CampaignComment.campaign_id.distinct()))
        .join(CommentMention, CommentMention.comment_id == CampaignComment.id)
        .where(
            CommentMention.organiser_id == organiser_id,
            CommentMention.told_at > now - timedelta(days=1),
        )
        .group_by(CommentMention.told_at)
    )
    return sum(db.session.scalars(counted))


@in_transaction
def _tell(account: Organiser, campaign: Campaign, comments: Sequence[CampaignComment]) -> None:
    """Put the email in the reader's language; its actor is the author of the newest comment."""
    newest = comments[-1]
    values: dict[str, str | int] = {
        "subject": campaign.title,
        "count": len(comments),
        "about": _describe(comments, account.language),
    }
    url = f"{link_to('console.comments', campaign_id=campaign.id)}#comment-{newest.id}"
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=newest.author_id)):
        put_notice(
            CampaignNotice.MENTIONED, only([account]), {**values, "actor": name_of_actor()}, url=url
        )


def _describe(comments: Sequence[CampaignComment], language: str) -> str:
    """Return the quoted words, which are all that an email has of the draft."""
    with force_locale(language):
        quotes = [
            gettext("“%(words)s”", words=each.quote) if each.quote else gettext("the whole message")
            for each in comments
        ]
    return ", ".join(dict.fromkeys(quotes))[:LONGEST_ABOUT]
