"""Tells accounts by email that comments mention them: minutes later, an email for a campaign."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser
from supporters.actors import Actor, ActorKind, acting_as
from supporters.campaigns.acts import CampaignNotice
from supporters.campaigns.comments.models import CampaignComment, CommentMention
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db, in_transaction, use_case
from supporters.mail.links import link_to
from supporters.notices.security_notices import name_of_actor, only, put_notice
from supporters.team.list_scopes import list_team_of

WAIT = timedelta(minutes=3)  # time to delete the comment, and to write the next one
MAILS_A_DAY = 20
AT_ONCE = 500
LONGEST_ABOUT = 600

Row = tuple[CommentMention, CampaignComment, Campaign]


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
            if account and room > 0 and account in list_team_of(campaign.mailing_list_id):
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
