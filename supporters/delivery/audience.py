"""The audience of a campaign: the people that it reaches now, and those that it leaves out.

A person on several of its lists counts once, and gets it by the first list that allows it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    Text,
    cast,
    false,
    func,
    literal,
    select,
    union,
    union_all,
)

from supporters import clock
from supporters.campaigns.campaign_lists import CampaignList
from supporters.campaigns.models import Campaign
from supporters.consent.eligibility import is_eligible
from supporters.database import db
from supporters.delivery.after_sending.follow_ups import are_followed
from supporters.delivery.after_sending.queries import find_follow_up
from supporters.delivery.stored_audiences.audience_counts import AudienceGroup, find_stored
from supporters.dialects import in_values
from supporters.lists.models import Subscription
from supporters.lists.queries import EligibleCounts, count_eligible, list_purpose_counts
from supporters.people.models import Subscriber

CONSENT = (
    Subscription.subscriber_id,
    Subscription.purpose_id,
    Subscription.consent_event_id,
    Subscription.consent_kind,
)
LeftOut = Mapping[int, Sequence[int]]  # the people to leave out, by the purpose of their list


@dataclass(frozen=True, kw_only=True)
class ListFigures:
    """How many people of one list get a campaign by it, and how many don't, by the reason.

    `earlier` get it by a list before this one.
    """

    mailing_list_id: int
    purpose_id: int
    on_list: int
    reached: int
    earlier: int
    other_text: int
    objected: int
    restricted: int
    paused: int
    unreachable: int


@dataclass(frozen=True, kw_only=True)
class AudienceFigures:
    """How many people get a campaign, and how many subscriptions don't count, by the reason.

    `counted_at` is when a worker counted those who get it; None if it was now.
    """

    reached: int
    lists: Sequence[ListFigures]
    counted_at: datetime | None = None

    @property
    def subscriptions(self) -> int:
        """How many emails it would be if somebody on two of the lists got two."""
        return sum(each.reached + each.earlier for each in self.lists)

    @property
    def on_list(self) -> int:
        """How many subscriptions the lists have."""
        return sum(each.on_list for each in self.lists)

    @property
    def other_text(self) -> int:
        """How many people agreed to another consent text."""
        return sum(each.other_text for each in self.lists)

    @property
    def objected(self) -> int:
        """How many people of the lists objected."""
        return sum(each.objected for each in self.lists)

    @property
    def restricted(self) -> int:
        """How many people of the lists have restricted data."""
        return sum(each.restricted for each in self.lists)

    @property
    def unreachable(self) -> int:
        """How many people of the lists can't be reached."""
        return sum(each.unreachable for each in self.lists)

    @property
    def paused(self) -> int:
        """How many people of the lists paused our emails."""
        return sum(each.paused for each in self.lists)


def count_audience(campaign: Campaign) -> int:
    """Return how many people a launch would write to at this moment."""
    now, followed = clock.now(), are_followed(campaign)
    match campaign.lists:
        case []:
            return 0
        case [only] if not followed:
            return count_eligible(only.mailing_list_id, only.purpose_id, now).eligible
        case lists:
            return _count(union(*(_select_people(each, now, followed) for each in lists)))


def count_at_most(campaign: Campaign) -> int:
    """Return a number of people that a launch doesn't exceed: somebody on two lists counts twice.

    It costs no statement that goes through the lists, unless the campaign follows another one.
    """
    if find_follow_up(campaign):
        return count_audience(campaign)
    now = clock.now()
    counts = (count_eligible(each.mailing_list_id, each.purpose_id, now) for each in campaign.lists)
    return sum(each.eligible for each in counts)


def select_audience(campaign: Campaign, now: datetime, left_out: LeftOut | None = None) -> Subquery:
    """Return the query of those whom a launch would write to: person, purpose and consent.

    The launch leaves out those without a valid consent (`baseless_recipients`): on another list,
    they may have one.
    """
    followed = are_followed(campaign)
    rows = [
        _select_subscriptions(each, now, [*followed, *_are_not(left_out, each.purpose_id)])
        for each in campaign.lists
    ]
    if len(rows) <= 1:
        return (rows[0] if rows else select(*CONSENT).where(false())).subquery()
    positions = (literal(number).label("position") for number in range(len(rows)))
    every = union_all(*map(Select.add_columns, rows, positions)).subquery()
    first = func.row_number().over(partition_by=every.c.subscriber_id, order_by=every.c.position)
    ranked = select(*every.c, first.label("rank")).subquery()
    columns = [ranked.c[column.name] for column in CONSENT]
    return select(*columns).where(ranked.c.rank == 1).subquery()


def count_groups(campaign: Campaign, now: datetime) -> list[AudienceGroup]:
    """Count whom a launch would write to, by all the purposes that allow it, and by language."""
    if not campaign.lists:
        return []
    followed = are_followed(campaign)
    every = union_all(*(_select_subscriptions(each, now, followed) for each in campaign.lists))
    consents = every.subquery().c
    purposes = func.aggregate_strings(cast(consents.purpose_id, Text), " ").label("purposes")
    people = select(consents.subscriber_id, purposes).group_by(consents.subscriber_id).subquery().c
    rows = db.session.execute(
        select(people.purposes, Subscriber.language, func.count())
        .join(Subscriber, Subscriber.id == people.subscriber_id)
        .group_by(people.purposes, Subscriber.language)
    )
    groups = Counter[tuple[tuple[int, ...], str]]()
    for names, language, count in rows:
        groups[tuple(sorted(map(int, names.split()))), language] += count
    return [AudienceGroup(*which, count) for which, count in groups.items()]


def count_figures(campaign: Campaign) -> AudienceFigures:
    """Count the people of each list whom a launch would write to, and the others by the reason.

    A campaign that follows another one leaves out nobody: it is for people of that one.
    """
    now, is_following = clock.now(), find_follow_up(campaign) is not None
    is_wide = len(campaign.lists) > 1 or is_following
    stored = find_stored(campaign) if is_wide else None
    by_purpose = stored.by_purpose if stored else {}
    if is_wide and stored is None:
        by_purpose = _count_by_purpose(campaign, now)
    lists = (
        [_count_followers(each, by_purpose) for each in campaign.lists]
        if is_following
        else _count_lists(campaign, by_purpose, stored.on_lists if stored else None)
    )
    reached = sum(each.reached for each in lists)
    return AudienceFigures(
        reached=reached, lists=lists, counted_at=stored.counted_at if stored else None
    )


def _count_lists(
    campaign: Campaign,
    by_purpose: Mapping[int, int],
    on_lists: Mapping[int, EligibleCounts] | None,
) -> list[ListFigures]:
    other_texts, now = _count_other_texts(campaign), clock.now()
    return [
        _describe_list(
            each,
            on_lists[each.purpose_id]
            if on_lists
            else count_eligible(each.mailing_list_id, each.purpose_id, now),
            reached=by_purpose.get(each.purpose_id),
            other_text=other_texts[each.mailing_list_id],
        )
        for each in campaign.lists
    ]


def _count_followers(target: CampaignList, by_purpose: Mapping[int, int]) -> ListFigures:
    return ListFigures(
        mailing_list_id=target.mailing_list_id,
        purpose_id=target.purpose_id,
        on_list=by_purpose[target.purpose_id],
        reached=by_purpose[target.purpose_id],
        **dict.fromkeys(
            ("earlier", "other_text", "objected", "restricted", "paused", "unreachable"), 0
        ),
    )


def _count_by_purpose(campaign: Campaign, now: datetime) -> Mapping[int, int]:
    """Count the people of several lists, each person by the list that they get it by."""
    audience = select_audience(campaign, now)
    rows = db.session.execute(
        select(audience.c.purpose_id, func.count()).group_by(audience.c.purpose_id)
    )
    return dict.fromkeys(campaign.purpose_ids, 0) | dict(rows.all())


def _count_other_texts(campaign: Campaign) -> Mapping[int, int]:
    """Count the people of each list who agreed to a text that the campaign isn't for."""
    return {
        list_id: sum(
            each.people
            for each in list_purpose_counts(list_id)
            if each.purpose_id not in campaign.purpose_ids
        )
        for list_id in {each.mailing_list_id for each in campaign.lists}
    }


def _describe_list(
    target: CampaignList, counted: EligibleCounts, *, reached: int | None, other_text: int
) -> ListFigures:
    reached = counted.eligible if reached is None else reached
    return ListFigures(
        mailing_list_id=target.mailing_list_id,
        purpose_id=target.purpose_id,
        on_list=counted.agreed + other_text,
        reached=reached,
        earlier=max(0, counted.eligible - reached),
        other_text=other_text,
        objected=counted.objected,
        restricted=counted.restricted,
        paused=counted.paused,
        unreachable=counted.unreachable,
    )


def _count(people: CompoundSelect[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(people.subquery())) or 0


def _are_not(left_out: LeftOut | None, purpose_id: int) -> list[ColumnElement[bool]]:
    people = (left_out or {}).get(purpose_id, ())
    return [~in_values(Subscription.subscriber_id, people)] if people else []


def _select_people(
    target: CampaignList, now: datetime, conditions: Sequence[ColumnElement[bool]]
) -> Select[int]:
    found = _select_subscriptions(target, now, conditions)
    return found.with_only_columns(Subscription.subscriber_id)


def _select_subscriptions(
    target: CampaignList, now: datetime, conditions: Sequence[ColumnElement[bool]]
) -> Select[int, int, int, str]:
    """Return the query of the subscriptions to one list that a launch would write to."""
    return (
        select(*CONSENT)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(
            Subscription.mailing_list_id == target.mailing_list_id,
            Subscription.purpose_id == target.purpose_id,
            is_eligible(target.purpose_id, now),
            *conditions,
        )
    )
