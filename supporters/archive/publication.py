"""Puts a sent campaign on the site, and takes it back. Only a person does so, never a job.

Each list says whether the console asks after a sending, and whether search engines may look.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import to_user_timezone
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from supporters import clock
from supporters.archive.issue_articles import Article, render_article
from supporters.archive.models import MAX_FILLED, ArchiveAct, Issue
from supporters.archive.queries import find_issue
from supporters.archive.rules import slug_of
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.models import Campaign, CampaignStatus, CampaignVersion
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.versions import (
    HASH,
    SENT_BY,
    VersionAltered,
    check_version,
    get_current_version,
)
from supporters.database import db, in_transaction, use_case
from supporters.delivery.message.frozen_campaign import read_frozen
from supporters.extensions import current_settings
from supporters.lists.queries import get_list
from supporters.locks import Lock

TOKEN = "token"  # noqa: S105 - the name of the part of an address that holds one
HOLDS_ADDRESS = re.compile(r"[?&;]email=[^&]")  # a sign-up page that is filled in for somebody
MOST_LAYERS = 3  # of percent-encoding: an address within an address within an address


def has_personal_link(html: str) -> bool:
    """Tell whether an article leads to a page of one person."""
    base = urlsplit(current_settings().base_url)
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    ours = re.compile(rf"{re.escape(base.netloc)}(/[^\s\"'<>?#&]*)([^\s\"'<>]*)", re.IGNORECASE)
    return any(
        _holds_token(adapter, normpath(path)) or HOLDS_ADDRESS.search(rest)
        for layer in _list_layers(html)
        for path, rest in ours.findall(layer)
    )


def _list_layers(text: str) -> Iterator[str]:
    """Yield a text, and what its percent-encoded parts say."""
    for _ in range(MOST_LAYERS + 1):
        yield text
        text = unquote(text)


def _holds_token(adapter: MapAdapter, path: str) -> bool:
    """Tell whether the page at a path of our site has a token in its address."""
    for method in ("GET", "POST"):
        try:
            _, values = adapter.match(path, method=method)
        except RequestRedirect as leads_on:
            return _holds_token(adapter, urlsplit(leads_on.new_url).path)
        except HTTPException:
            continue
        if TOKEN in values:
            return True
    return False


class PublishError(Enum):
    """Why a campaign can't be on the site."""

    NOT_SENT = auto()
    LIST_NOT_OPEN = auto()
    ALTERED = auto()
    NO_BLOCKS = auto()
    PERSONAL_LINK = auto()


def draft_article(campaign: Campaign) -> Article | PublishError:
    """Return a campaign as everybody would read it in its first language, or why nobody may.

    None of its texts in other languages may lead to a page of one person either.
    """
    if campaign.status is not CampaignStatus.SENT:
        return PublishError.NOT_SENT
    if not get_list(campaign.mailing_list_id).is_open:
        return PublishError.LIST_NOT_OPEN
    try:
        version = get_current_version(campaign)
        check_version(version, *SENT_BY)
    except VersionAltered:
        return PublishError.ALTERED
    articles = [render_article(each) for each in read_frozen(version.content).in_languages]
    for each in articles:
        if each is None:
            return PublishError.NO_BLOCKS
        if has_personal_link(f"{each.title} {each.summary} {each.html}"):
            return PublishError.PERSONAL_LINK
    return articles[0] or PublishError.NO_BLOCKS


@use_case
def publish_issue(campaign_id: int, by_id: int | None) -> Issue | PublishError:
    """Put a sent campaign on the site. A second press changes nothing.

    Published again after it was taken back, it has the address that it had.
    """
    Lock.ISSUE.take()
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return PublishError.NOT_SENT
    article = draft_article(campaign)
    if isinstance(article, PublishError):
        return article
    issue, version = find_issue(campaign_id), get_current_version(campaign)
    if issue is not None and issue.is_public:
        return issue
    if issue is None:
        issue = _add_issue(campaign, version, article)
    issue.title, issue.summary = article.title[:MAX_FILLED], article.summary[:MAX_FILLED]
    issue.published_at, issue.published_by, issue.withdrawn_at = clock.now(), by_id, None
    record_team_act(ArchiveAct.ISSUE_PUBLISHED, campaign_id, {HASH: version.hash})
    return issue


@use_case
def withdraw_issue(campaign_id: int) -> bool:
    """Take a campaign off the site at once; tell whether it was there."""
    Lock.ISSUE.take()
    issue = find_issue(campaign_id)
    if issue is None or not issue.is_public:
        return False
    issue.withdrawn_at = clock.now()
    record_team_act(ArchiveAct.ISSUE_WITHDRAWN, campaign_id)
    return True


@in_transaction
def _add_issue(campaign: Campaign, version: CampaignVersion, article: Article) -> Issue:
    sent_at = campaign.launched_at or clock.now()
    slug = slug_of(article.title, to_user_timezone(sent_at).date())
    if db.session.scalar(select(Issue.campaign_id).where(Issue.slug == slug)) is not None:
        slug = f"{slug}-{campaign.id}"
    issue = Issue(
        campaign_id=campaign.id,
        version_id=version.id,
        slug=slug,
        language=article.language,
        sent_at=sent_at,
    )
    db.session.add(issue)
    return issue


@use_case
def ask_to_publish(list_id: int, *, asks: bool) -> bool:
    """Let the console ask after each sending, or not; tell whether that is new."""
    mailing_list = get_list(list_id)
    if mailing_list.asks_to_publish is asks:
        return False
    mailing_list.asks_to_publish = asks
    _record_choice(list_id, "asks", is_on=asks)
    return True


@use_case
def index_issues(list_id: int, *, is_indexed: bool) -> bool:
    """Let search engines show the issues of a list, or not; tell whether that is new."""
    mailing_list = get_list(list_id)
    if mailing_list.is_indexed is is_indexed:
        return False
    mailing_list.is_indexed = is_indexed
    _record_choice(list_id, "search engines", is_on=is_indexed)
    return True


def _record_choice(list_id: int, choice: str, *, is_on: bool) -> None:
    details = {"choice": choice, "value": "yes" if is_on else "no"}
    record_team_act(ArchiveAct.LIST_ARCHIVE_CHANGED, list_id, details)
