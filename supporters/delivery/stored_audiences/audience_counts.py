"""Counts the people of long lists for the pages: everybody at once, whichever lists are chosen.

A page counts few people itself. A launch, a plan and an approval always count anew (ADR 106).
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from supporters import clock
from supporters.campaigns.campaign_lists import CampaignList
from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.models import Campaign, CampaignStatus
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
from supporters.lists.queries import EligibleCounts, count_eligible, list_lists_of_purposes

SECONDS_A_MINUTE = 2.0  # of counting; the last count may take longer
URGENT = {CampaignStatus.AWAITING_APPROVAL, CampaignStatus.APPROVED}
EVERYBODY = "everybody"


class AudienceGroup(NamedTuple):
    """People who may be written to for the same purposes, and read one language."""

    purpose_ids: Sequence[int]
    language: str
    people: int


CountGroups = Callable[[Campaign, datetime], Sequence[AudienceGroup]]


@dataclass(frozen=True)
class CountedAudience:
    """How many get a campaign for each purpose, and how many read each language, at a moment.

    `on_lists` has the people of each purpose, and why some may not be written to.
    """

    counted_at: datetime
    on_lists: Mapping[int, EligibleCounts]
    by_purpose: Mapping[int, int]
    by_language: Mapping[str, int]


def find_stored(campaign: Campaign) -> CountedAudience | None:
    """Return the count of a worker; None if there is none: then a page counts itself."""
    found = db.session.get(AudienceCount, _selection_of(campaign))
    if found is None or clock.now() - found.counted_at > VALID_FOR:
        return None
    counted = json.loads(found.people)
    on_lists = {each: EligibleCounts(**counts) for each, counts in counted["lists"]}
    if not {*campaign.purpose_ids} <= {*on_lists}:
        return None
    by_purpose, by_language = dict.fromkeys(campaign.purpose_ids, 0), Counter[str]()
    for purpose_ids, language, people in counted["groups"]:
        first = next((each for each in campaign.purpose_ids if each in purpose_ids), None)
        if first is not None:
            by_purpose[first] += people
            by_language[language] += people
    return CountedAudience(found.counted_at, on_lists, by_purpose, by_language)


def _selection_of(campaign: Campaign) -> str:
    followed = name_followed(campaign)
    return f"{followed}: {' '.join(map(str, campaign.purpose_ids))}" if followed else EVERYBODY


def store_counts(
    now: datetime,
    count_groups: CountGroups,
    *,
    fewest: int = FEWEST_STORED,
    seconds: float = SECONDS_A_MINUTE,
) -> None:
    """Count what is due, until the seconds are used; forget what no campaign needs."""
    began, campaigns = time.monotonic(), _list_campaigns(fewest)
    _forget_all_but([*campaigns])
    for selection in list_due([*_describe(campaigns)], now):
        people = json.dumps(_count(campaigns[selection][0], now, count_groups))
        with transaction():
            db.session.merge(AudienceCount(selection=selection, counted_at=now, people=people))
        if time.monotonic() - began > seconds:
            return


def _count(
    campaign: Campaign, now: datetime, count_groups: CountGroups
) -> Mapping[str, Sequence[Sequence[Any]]]:
    lists = [
        (each.purpose_id, asdict(count_eligible(each.mailing_list_id, each.purpose_id, now)))
        for each in campaign.lists
    ]
    return {"lists": lists, "groups": count_groups(campaign, now)}


def _list_campaigns(fewest: int) -> Mapping[str, Sequence[Campaign]]:
    """Return the campaigns before their launch whose people take long to count.

    The first one of everybody is made up: it goes to all lists.
    """
    written = select(LanguageText.campaign_id).distinct()
    in_several, by_purpose = {*db.session.scalars(written)}, count_people_by_purpose()
    campaigns = db.session.scalars(
        select(Campaign)
        .where(Campaign.status.in_(EDITABLE))
        .options(selectinload(Campaign.lists))
        .order_by(Campaign.id.desc())
    )
    found: dict[str, list[Campaign]] = defaultdict(list)
    to_everybody = _make_up_campaign()
    is_long = _count_rows(to_everybody, None, by_purpose) >= fewest
    if is_long:
        found[EVERYBODY].append(to_everybody)
    for each in campaigns:
        if follow := find_follow_up(each):
            if _count_rows(each, follow, by_purpose) >= fewest:
                found[_selection_of(each)].append(each)
        elif is_long and (len(each.lists) > 1 or each.id in in_several):
            found[EVERYBODY].append(each)
    return found


def _make_up_campaign() -> Campaign:
    lists = list_lists_of_purposes()
    return Campaign(
        lists=[CampaignList(purpose_id=each, mailing_list_id=lists[each]) for each in lists]
    )


def _describe(campaigns: Mapping[str, Sequence[Campaign]]) -> Iterator[StoredAudience]:
    """Yield what is counted, and when it was. A count that lacks a new list doesn't count."""
    stored = {each.selection: each for each in db.session.scalars(select(AudienceCount))}
    for selection, theirs in campaigns.items():
        is_urgent = any(each.status in URGENT for each in theirs)
        row = stored.get(selection)
        counted = {each for each, _ in json.loads(row.people)["lists"]} if row else set[int]()
        is_whole = {*theirs[0].purpose_ids} <= counted
        yield StoredAudience(selection, is_urgent, row.counted_at if row and is_whole else None)


@use_case
def _forget_all_but(selections: Sequence[str]) -> None:
    delete_where(AudienceCount, AudienceCount.selection.not_in(selections))


def _count_rows(campaign: Campaign, follow: FollowUp | None, people: Mapping[int, int]) -> int:
    """Return how many rows a count of its people goes through."""
    followed = get_campaign(follow.followed_id).audience if follow else 0
    return sum(people.get(each, 0) for each in campaign.purpose_ids) + (followed or 0)
