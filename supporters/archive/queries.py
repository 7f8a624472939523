"""Reads of the public archive, some cached under the site's edition (ADR 061); its addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select

from supporters.archive.issue_articles import Article, render_article
from supporters.archive.models import Issue
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.versions import hash_of
from supporters.database import db
from supporters.delivery.message.frozen_campaign import read_frozen
from supporters.fast_path.site_edition import find_cached
from supporters.lists.models import MailingList
from supporters.mail.links import link_to
from supporters.public_languages import default_public_language, is_offered_language

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


@dataclass(frozen=True)
class IssueText:
    """The article of an issue in one language, and all languages that the issue has."""

    article: Article
    languages: Sequence[str]


def read_issue(version_id: int, language: str) -> IssueText | None:
    """Return an issue in a language, or else in its first one; None if its version was altered."""
    version = db.session.get(CampaignVersion, version_id)
    if version is None or hash_of(version.content) != version.hash:
        log.error("archive.version_altered", version=version_id)
        return None
    frozen = read_frozen(version.content)
    article = render_article(frozen.in_language(language))
    languages = [each.language for each in frozen.in_languages]
    return None if article is None else IssueText(article, languages)


@dataclass(frozen=True)
class Neighbours:
    """The issues of the same list that were sent before and after one."""

    earlier: IssueHead | None
    later: IssueHead | None


@dataclass(frozen=True)
class Archive:
    """The issues of open lists, newest first, also those that were taken back."""

    heads: Sequence[IssueHead]

    @property
    def issues(self) -> list[IssueHead]:
        """The issues that everybody may read."""
        return [each for each in self.heads if each.is_public]

    @property
    def is_empty(self) -> bool:
        """Whether nobody can read an issue."""
        return not any(each.is_public for each in self.heads)

    def of_list(self, list_id: int) -> list[IssueHead]:
        """Return the issues of a list that everybody may read, newest first."""
        return [each for each in self.issues if each.list_id == list_id]

    def find_newest(self, list_id: int) -> IssueHead | None:
        """Return the last issue of a list."""
        return next(iter(self.of_list(list_id)), None)

    def find(self, list_slug: str, slug: str) -> IssueHead | None:
        """Return the issue at an address, also one that was taken back."""
        matches = (each for each in self.heads if (each.list_slug, each.slug) == (list_slug, slug))
        return next(matches, None)

    def around(self, head: IssueHead) -> Neighbours:
        """Return the neighbours of an issue."""
        line = self.of_list(head.list_id)
        place = line.index(head)
        earlier = line[place + 1] if place + 1 < len(line) else None
        return Neighbours(earlier, line[place - 1] if place else None)


def find_archive() -> Archive:
    """Return the archive."""
    return find_cached("archive", lambda: Archive(list_issues()))


def find_article(head: IssueHead, language: str) -> IssueText | None:
    """Return the text of an issue, as `read_issue`."""
    key = ("article", head.version_id, language)
    return find_cached(key, lambda: read_issue(head.version_id, language))


def link_to_issue(list_slug: str, issue: IssueHead | Issue, language: str = "") -> str:
    """Return the one address of an issue in a language: the first one, if the party offers it."""
    language = _offered(language or issue.language)
    return link_to("public.issue", slug=list_slug, issue_slug=issue.slug, lang_code=language)


def link_to_archive(mailing_list: MailingList) -> str:
    """Return the address of the archive of a list."""
    language = _offered(mailing_list.language)
    return link_to("public.list_archive", slug=mailing_list.slug, lang_code=language)


def link_to_feed(slug: str) -> str:
    """Return the address of the feed of a list."""
    return link_to("public.feed", slug=slug)


def _offered(language: str) -> str:
    return language if is_offered_language(language) else default_public_language()
