"""Asks SpamAssassin, where a worker has it, for its score of the messages that the team tests.

The program runs without the network. It says what a filter of this kind thinks of the text: nothing
about the reputation of the server.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from subprocess import SubprocessError

import structlog
from sqlalchemy import func, select

from supporters.campaigns.models import CampaignTest
from supporters.campaigns.queries import find_campaign
from supporters.database import db, update_where, use_case
from supporters.delivery.message.frozen_versions import find_fingerprint, read_campaign
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.delivery.message.rendered_campaign import NOBODY
from supporters.extensions import current_settings
from supporters.lists.queries import get_list

log = structlog.get_logger(__name__)
PROGRAM = "spamassassin"
RECENT = timedelta(minutes=10)  # a text that changed since its test is not scored
SCORED_AT_ONCE = 2
PATIENCE = 10.0  # seconds: it holds a thread that emails need
SCORE = re.compile(rb"^X-Spam-Status: .*?score=(-?[\d.]+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class ScoredMessage:
    """A tested message in one language; `language` is empty for the first one."""

    campaign_id: int
    hash: str
    language: str | None
    content: bytes


@dataclass(frozen=True, kw_only=True)
class SampleReader:
    """A reader without a name, to whom nothing is sent."""

    address: str
    language: str
    purpose_id: int
    subscribed_at: datetime
    subscriber_id: int = NOBODY
    given_name: None = None


def score_tests(now: datetime, program: str = PROGRAM) -> int:
    """Score the newest tested messages that have no score; return how many."""
    path = shutil.which(program)
    if path is None:
        return 0
    scores = {each: _ask(path, each.content) for each in _list_due(now)}
    found = {each: score for each, score in scores.items() if score is not None}
    _record(found)
    if scores:
        log.info("spam.scored", count=len(found), failed=len(scores) - len(found))
    return len(found)


def find_scores(campaign_id: int, version_hash: str) -> dict[str | None, float | None]:
    """Return the score of this message in each language in which somebody got a test.

    None is the first language, and a score that isn't known.
    """
    rows = db.session.execute(
        select(CampaignTest.language, func.max(CampaignTest.spam_tenths))
        .where(CampaignTest.campaign_id == campaign_id, CampaignTest.hash == version_hash)
        .group_by(CampaignTest.language)
    )
    return {language: None if tenths is None else tenths / 10 for language, tenths in rows}


def _ask(path: str, content: bytes) -> float | None:
    """Return the score of a message; None if the program failed or took too long."""
    try:
        ran = subprocess.run(
            [path, "--local"], input=content, capture_output=True, check=True, timeout=PATIENCE
        )
    except (SubprocessError, OSError):
        return None
    found = SCORE.search(ran.stdout)
    return float(found[1]) if found else None


@use_case
def _list_due(now: datetime) -> list[ScoredMessage]:
    """Write the messages. The transaction ends before the program reads them."""
    rows = db.session.execute(
        select(CampaignTest.campaign_id, CampaignTest.hash, CampaignTest.language)
        .where(CampaignTest.sent_at > now - RECENT, CampaignTest.spam_tenths.is_(None))
        .group_by(CampaignTest.campaign_id, CampaignTest.hash, CampaignTest.language)
        .order_by(func.max(CampaignTest.id).desc())
        .limit(SCORED_AT_ONCE)
    )
    due = (_write(*row, now=now) for row in rows.all())
    return [each for each in due if each is not None]


def _write(
    campaign_id: int, version_hash: str, language: str | None, *, now: datetime
) -> ScoredMessage | None:
    """Return a tested message as a reader would get it; None if the text is another one now."""
    campaign = find_campaign(campaign_id)
    if campaign is None:
        return None
    if find_fingerprint(campaign, get_list(campaign.mailing_list_id)) != version_hash:
        return None
    frozen = read_campaign(campaign)
    reader = SampleReader(
        address=current_settings().mail_from,
        language=language or frozen.language,
        purpose_id=frozen.purpose_id,
        subscribed_at=now,
    )
    message = CompiledMessage(frozen).write(reader, sent_at=now).content
    content = message.replace(b"\r\n", b"\n")
    return ScoredMessage(
        campaign_id=campaign_id, hash=version_hash, language=language, content=content
    )


@use_case
def _record(scores: Mapping[ScoredMessage, float]) -> None:
    for each, score in scores.items():
        update_where(
            CampaignTest,
            CampaignTest.campaign_id == each.campaign_id,
            CampaignTest.hash == each.hash,
            CampaignTest.language.is_not_distinct_from(each.language),
            spam_tenths=round(score * 10),
        )
