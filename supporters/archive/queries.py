"""Reads of the public archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select

from supporters.archive.issue_articles import render_article
from supporters.archive.models import Issue
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.versions import hash_of
from supporters.database import db
from supporters.delivery.message.frozen_campaign import read_frozen
from supporters.lists.models import MailingList

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class IssueHead:
    """An issue without its text, for the pages that lead to it."""

    campaign_id: int
    version_id: int
    list_id: int
    list_slug: str
    slug: str
    language: str
    title: str
    summary: str
    sent_at: datetime
    published_at: datetime
    is_public: bool


def find_issue(campaign_id: int) -> Issue | None:
    """Return the issue of a campaign, also one that was taken back."""
    return db.session.get(Issue, campaign_id)


def count_issues(list_id: int) -> int:
    """Return how many emails of a list are on the site, or will be if it opens."""
    issues = (
        select(func.count()).select_from(Issue).join(Campaign, Campaign.id == Issue.campaign_id)
    )
    of_list = issues.where(Campaign.mailing_list_id == list_id, Issue.withdrawn_at.is_(None))
    return db.session.scalar(of_list) or 0


def list_issues() -> Sequence[IssueHead]:
    """Return the issues of open lists, newest first, also those that were taken back."""
    rows = db.session.execute(
        select(Issue, MailingList.id, MailingList.slug)
        .join(Campaign, Campaign.id == Issue.campaign_id)
        .join(MailingList, MailingList.id == Campaign.mailing_list_id)
        .where(MailingList.closed_at.is_(None))
        .order_by(Issue.sent_at.desc(), Issue.campaign_id.desc())
    )
    return [
        IssueHead(
            campaign_id=issue.campaign_id,
            version_id=issue.version_id,
            list_id=list_id,
            list_slug=list_slug,
            slug=issue.slug,
            language=issue.language,
            title=issue.title,
            summary=issue.summary,
            sent_at=issue.sent_at,
            published_at=issue.published_at,
            is_public=issue.is_public,
        )
        for issue, list_id, list_slug in rows
    ]


def find_article_html(version_id: int) -> str | None:
    """Return the text of an issue; None if its version was altered in the database."""
    version = db.session.get(CampaignVersion, version_id)
    if version is None or hash_of(version.content) != version.hash:
        log.error("archive.version_altered", version=version_id)
        return None
    article = render_article(read_frozen(version.content))
    return None if article is None else article.html
