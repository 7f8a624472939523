"""Counts the people of long lists for the pages: once for all campaigns to the same lists.

A page counts few people itself. A launch, a plan and an approval always count anew (ADR 106).
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.other_languages.models import LanguageText
from supporters.campaigns.queries import get_campaign
from supporters.campaigns.states import EDITABLE
from supporters.consent.trigger_counts import count_people_by_purpose
from supporters.database import db, delete_where, transaction, use_case
from supporters.delivery.after_sending.models import FollowUp
from supporters.delivery.after_sending.queries import find_follow_up, name_followed
from supporters.delivery.stored_audiences.models import AudienceCount
from supporters.delivery.stored_audiences.rules import (
    FEWEST_STORED,
    VALID_FOR,
    StoredAudience,
    list_due,
)

SECONDS_A_MINUTE = 2.0  # of counting; the last count may take longer
URGENT = {CampaignStatus.AWAITING_APPROVAL, CampaignStatus.APPROVED}


class Reached(NamedTuple):
    """People who get a campaign for one purpose, and read one language."""

    purpose_id: int
    language: str
    people: int


CountPeople = Callable[[Campaign, datetime], Sequence[Reached]]


@dataclass(frozen=True)
class CountedAudience:
    """The people of a campaign, as they were at a moment."""

    counted_at: datetime
    people: Sequence[Reached]

    @property
    def by_purpose(self) -> Mapping[int, int]:
        """How many get it for each purpose."""
        counts = Counter[int]()
        for each in self.people:
            counts[each.purpose_id] += each.people
        return counts

    @property
    def by_language(self) -> Mapping[str, int]:
        """How many read each language."""
        counts = Counter[str]()
        for each in self.people:
            counts[each.language] += each.people
        return counts


def find_stored(campaign: Campaign) -> CountedAudience | None:
    """Return the count of a worker; None if there is none: then a page counts itself."""
    found = db.session.get(AudienceCount, selection_of(campaign))
    if found is None or clock.now() - found.counted_at > VALID_FOR:
        return None
    return CountedAudience(found.counted_at, [Reached(*each) for each in json.loads(found.people)])


def selection_of(campaign: Campaign) -> str:
    """Return what decides whom a campaign reaches: its purposes, and the campaign it follows."""
    purposes = " ".join(map(str, campaign.purpose_ids))
    return ", ".join(each for each in (purposes, name_followed(campaign)) if each)


def store_counts(
    now: datetime,
    count_people: CountPeople,
    *,
    fewest: int = FEWEST_STORED,
    seconds: float = SECONDS_A_MINUTE,
) -> None:
    """Count what is due, until the seconds are used; forget what no campaign needs."""
    began, campaigns = time.monotonic(), _list_campaigns(fewest)
    _forget_all_but([*campaigns])
    for selection in list_due(_describe(campaigns), now):
        people = count_people(campaigns[selection][0], now)
        with transaction():
            row = AudienceCount(selection=selection, counted_at=now, people=json.dumps(people))
            db.session.merge(row)
        if time.monotonic() - began > seconds:
            return


def _list_campaigns(fewest: int) -> Mapping[str, Sequence[Campaign]]:
    """Return the campaigns before their launch whose people take long to count."""
    written = select(LanguageText.campaign_id).distinct()
    in_several, by_purpose = {*db.session.scalars(written)}, count_people_by_purpose()
    campaigns = db.session.scalars(
        select(Campaign)
        .where(Campaign.status.in_(EDITABLE))
        .options(selectinload(Campaign.lists))
        .order_by(Campaign.id.desc())
    )
    found: dict[str, list[Campaign]] = defaultdict(list)
    for each in campaigns:
        follow = find_follow_up(each)
        is_simple = len(each.lists) <= 1 and each.id not in in_several and follow is None
        if not is_simple and _count_rows(each, follow, by_purpose) >= fewest:
            found[selection_of(each)].append(each)
    return found


def _describe(campaigns: Mapping[str, Sequence[Campaign]]) -> list[StoredAudience]:
    rows = db.session.execute(select(AudienceCount.selection, AudienceCount.counted_at))
    counted = dict(rows.all())
    return [
        StoredAudience(
            selection, any(each.status in URGENT for each in theirs), counted.get(selection)
        )
        for selection, theirs in campaigns.items()
    ]


@use_case
def _forget_all_but(selections: Sequence[str]) -> None:
    delete_where(AudienceCount, AudienceCount.selection.not_in(selections))


def _count_rows(campaign: Campaign, follow: FollowUp | None, people: Mapping[int, int]) -> int:
    """Return how many rows a count of its people goes through."""
    followed = get_campaign(follow.followed_id).audience if follow else 0
    return sum(people.get(each, 0) for each in campaign.purpose_ids) + (followed or 0)
