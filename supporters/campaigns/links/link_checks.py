"""Asks the links of drafts, remembers for a month which answered, and finds doubts about them.

A worker looks for new links once a minute, in texts that nobody changed for some seconds. So a link
that is still being typed is asked by nobody, and a save waits for nothing.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import cast
from urllib.parse import urldefrag, urlsplit

import structlog
from sqlalchemy import or_, select

from supporters import clock
from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.document.document_checks import list_document_links
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.links.link_requests import LinkAnswer, LinkAsker, LinkTarget, read_target
from supporters.campaigns.links.models import AskedLink, LinkOutcome
from supporters.campaigns.markdown import list_links
from supporters.campaigns.merge_fields import PLACEHOLDER
from supporters.campaigns.models import Campaign
from supporters.campaigns.states import EDITABLE
from supporters.database import db, delete_where, use_case
from supporters.extensions import current_settings
from supporters.locks import Lock

log = structlog.get_logger(__name__)

QUIET = timedelta(seconds=15)
RECENT = timedelta(days=1)
FRESH = timedelta(days=1)
FRESH_AFTER_FAILURE = timedelta(minutes=15)
RETAINED_FOR = timedelta(days=30)
DRAFTS_READ = 50
ASKED_AT_ONCE = 20
ASKED_OF_ONE_HOST = 5
THREADS = 4
UNREACHED = {LinkOutcome.UNKNOWN_HOST, LinkOutcome.UNREACHABLE}
LONGEST_RUN = 10.0  # seconds
PAUSE_BETWEEN = 1.0  # seconds, between two requests to the same host
# Services whose links hide where they lead, and count the people who follow them.
SHORTENERS = frozenset(
    {
        *("bit.ly", "bitly.com", "buff.ly", "cutt.ly", "is.gd", "goo.gl", "lc.cx", "lnkd.in"),
        *("ow.ly", "rb.gy", "rebrand.ly", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com"),
        *("urlz.fr", "v.gd", "wp.me", "fb.me", "vu.fr"),
    }
)


@dataclass(frozen=True)
class _Due:
    url_hash: str
    target: LinkTarget


def ask_links(
    now: datetime,
    asker: LinkAsker | None = None,
    *,
    pause: Callable[[float], None] = time.sleep,
    seconds: float = LONGEST_RUN,
) -> int:
    """Ask the links of drafts that have no fresh answer; return how many.

    It holds a thread that emails need, so it begins no request after some seconds.
    """
    settings = current_settings()
    if not settings.checks_links:
        return 0
    due = _claim_due(now)
    if not due:
        return 0
    asker = asker or LinkAsker(user_agent=f"Supporters link check (+{settings.base_url})")
    by_host: dict[str, list[_Due]] = defaultdict(list)
    for each in due:
        by_host[each.target.host].append(each)
    ends_at = time.monotonic() + seconds

    def ask_host(links: Sequence[_Due]) -> dict[str, LinkAnswer]:
        return _ask_host(asker, links, pause, ends_at=ends_at)

    with ThreadPoolExecutor(THREADS) as threads:
        asked = [*threads.map(ask_host, by_host.values())]
    answers = {key: answer for each in asked for key, answer in each.items()}
    _record(answers, due)
    log.info("links.asked", count=len(answers), answered=_count_answered(answers.values()))
    return len(answers)


def _ask_host(
    asker: LinkAsker, due: Sequence[_Due], pause: Callable[[float], None], *, ends_at: float
) -> dict[str, LinkAnswer]:
    """Ask the links of one host, one after the other, until one finds it out of reach."""
    answers: dict[str, LinkAnswer] = {}
    for each in due:
        if answers:
            pause(PAUSE_BETWEEN)
        if time.monotonic() >= ends_at:
            break
        answers[each.url_hash] = asker.ask(each.target)
        if answers[each.url_hash].outcome in UNREACHED:
            break
    return answers


def _count_answered(answers: Iterable[LinkAnswer]) -> int:
    return sum(each.outcome is LinkOutcome.ANSWERED for each in answers)


@use_case
def _claim_due(now: datetime) -> list[_Due]:
    """Claim links that are due, so that no other machine asks them at the same time."""
    Lock.LINKS.take()
    targets = {hash_of_link(url): target for url, target in _list_targets(now)}
    fresh = {*_list_fresh(targets, now)}
    per_host: dict[str, int] = defaultdict(int)
    due: list[_Due] = []
    for url_hash, target in targets.items():
        per_host[target.host] += url_hash not in fresh
        if url_hash not in fresh and per_host[target.host] <= ASKED_OF_ONE_HOST:
            due.append(_Due(url_hash, target))
    for each in due[:ASKED_AT_ONCE]:
        db.session.merge(AskedLink(url_hash=each.url_hash, asked_at=now))  # the outcome stays
    return due[:ASKED_AT_ONCE]


@use_case
def _record(answers: Mapping[str, LinkAnswer], due: Iterable[_Due]) -> None:
    """Record the answers. A link that was not asked after all is due again."""
    for each in due:
        row = db.session.get(AskedLink, each.url_hash)
        answer = answers.get(each.url_hash)
        if row is not None and answer is not None:
            row.outcome, row.http_status = answer
            row.asked_at = clock.now()
        elif row is not None:
            db.session.delete(row)


def _list_fresh(url_hashes: Collection[str], now: datetime) -> Sequence[str]:
    """Return which links have an answer, or are being asked."""
    is_fresh = or_(
        (AskedLink.outcome == LinkOutcome.ANSWERED) & (AskedLink.asked_at > now - FRESH),
        AskedLink.asked_at > now - FRESH_AFTER_FAILURE,
    )
    return db.session.scalars(
        select(AskedLink.url_hash).where(AskedLink.url_hash.in_(url_hashes), is_fresh)
    ).all()


def _list_targets(now: datetime) -> Iterator[tuple[str, LinkTarget]]:
    """Yield the links of the drafts of a day that can be asked, newest draft first."""
    for text in (*_list_recent(Campaign, now), *_list_recent(LanguageText, now)):
        for url in list_askable(text):
            target = read_target(url)
            if target is not None:
                yield url, target


def _list_recent(
    kind: type[Campaign] | type[LanguageText], now: datetime
) -> Sequence[Campaign | LanguageText]:
    """Return the newest first texts of drafts, or their newest texts in other languages."""
    campaign_id = Campaign.id if kind is Campaign else LanguageText.campaign_id
    editable = select(Campaign.id).where(Campaign.status.in_(EDITABLE))
    texts = db.session.scalars(
        select(kind)
        .where(
            campaign_id.in_(editable),
            kind.updated_at.between(now - RECENT, now - QUIET),
        )
        .order_by(kind.updated_at.desc())
        .limit(DRAFTS_READ)
    )
    return cast(Sequence[Campaign | LanguageText], texts.all())


def list_askable(campaign: Campaign | LanguageText) -> list[str]:
    """Return the links of a draft that a worker asks: those to pages of others, over https."""
    links = dict(_list_links(campaign.body, campaign.document))
    return [url for url in links if is_askable(url)]


def _list_links(body: str, document: str | None) -> list[tuple[str, str]]:
    """Return the links of a text in order: (target, words)."""
    return list_links(body) if document is None else list_document_links(read_stored(document))


def is_askable(url: str) -> bool:
    """Tell whether a worker asks a link: not our own ones, and none that differs by reader."""
    if PLACEHOLDER.search(url) or read_target(url) is None:
        return False
    return urlsplit(url).netloc.lower() != current_settings().host


def find_answers(urls: Iterable[str]) -> dict[str, AskedLink]:
    """Return what is known of links."""
    hashes = {url: hash_of_link(url) for url in urls if is_askable(url)}
    if not hashes:
        return {}
    found = db.session.scalars(
        select(AskedLink).where(
            AskedLink.url_hash.in_({*hashes.values()}), AskedLink.outcome.is_not(None)
        )
    )
    answers = {each.url_hash: each for each in found}
    return {url: answers[each] for url, each in hashes.items() if each in answers}


def list_waiting(campaign: Campaign) -> list[str]:
    """Return the links of a draft that a worker will ask, and that have no answer yet."""
    if not current_settings().checks_links or campaign.updated_at <= clock.now() - RECENT:
        return []
    urls = list_askable(campaign)
    known = find_answers(urls)
    return [url for url in urls if url not in known]


def hash_of_link(url: str) -> str:
    """Return the name of a link in the table; the part behind # isn't asked."""
    return hashlib.sha256(urldefrag(url).url.encode("utf-8", "replace")).hexdigest()


@use_case
def purge_asked_links(now: datetime) -> int:
    """Delete answers that are older than a month; return how many."""
    return delete_where(AskedLink, AskedLink.asked_at <= now - RETAINED_FOR)


def count_asked(now: datetime) -> tuple[int, int]:
    """Return how many links were asked within a day, and how many of their sites answered."""
    outcomes = db.session.scalars(
        select(AskedLink.outcome).where(
            AskedLink.asked_at > now - RECENT, AskedLink.outcome.is_not(None)
        )
    ).all()
    return len(outcomes), sum(each not in UNREACHED for each in outcomes)


class LinkDoubt(Enum):
    """A reason to look at the target of a link."""

    NOT_SECURE = auto()
    SHORTENED = auto()
    UNREADABLE = auto()


@dataclass(frozen=True)
class CheckedLink:
    """A link of a message: its words, its target, and the doubt about it, if any."""

    words: str
    target: str
    doubt: LinkDoubt | None


def check_links(body: str, document: str | None = None) -> list[CheckedLink]:
    """Return the links of a document in order, or of a text without one, each once."""
    links = dict.fromkeys(_list_links(body, document))
    return [CheckedLink(words, target, find_doubt(target)) for target, words in links]


def find_doubt(target: str) -> LinkDoubt | None:
    """Return the doubt about a target, from its address alone: nobody follows it."""
    try:
        parts = urlsplit(target)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return LinkDoubt.UNREADABLE
    if host in SHORTENERS:
        return LinkDoubt.SHORTENED
    return LinkDoubt.NOT_SECURE if parts.scheme == "http" else None
