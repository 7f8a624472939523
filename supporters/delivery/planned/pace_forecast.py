"""Tells of each provider's pace, and on how many days a campaign leaves below the ceilings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.database import db
from supporters.delivery.audience import select_audience
from supporters.delivery.pace.models import DomainCeiling, LoweringReason
from supporters.delivery.pace.pace_rules import (
    AN_HOUR,
    MOST_DAYS,
    Ceiling,
    PaceUse,
    day_of,
    days_needed,
    least,
    start_of_day,
    start_of_hour,
)
from supporters.delivery.pace.use_counts import ceiling_of, has_ceilings, list_ceilings, read_use
from supporters.delivery.pace.warm_up_plans import CURVES, WarmUpPlan
from supporters.dialects import domain_part
from supporters.people.domain_groups import DOMAINS, DomainGroup
from supporters.people.models import Subscriber

HOURS = 24
NO_CEILING, UNUSED = Ceiling(), PaceUse()


@dataclass(frozen=True, kw_only=True)
class WarmUpDay:
    """A warm-up that is set: its plan, its first day, and its day today; 0 before it begins."""

    plan: WarmUpPlan
    began_on: date
    number: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return len(CURVES[self.plan])

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.number > self.days


@dataclass(frozen=True, kw_only=True)
class ProviderPace:
    """The pace of a provider: what an owner set, what holds now, and what left.

    `full_until` is when more may leave, while its ceiling is reached.
    """

    group: DomainGroup
    chosen: Ceiling = NO_CEILING
    now: Ceiling = NO_CEILING
    use: PaceUse = UNUSED
    warm_up: WarmUpDay | None = None
    lowered_until: datetime | None = None
    lowered_because: LoweringReason | None = None
    full_until: datetime | None = None

    @property
    def is_limited(self) -> bool:
        """Whether any ceiling holds now."""
        return self.now != NO_CEILING


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """How many people get a campaign today at most, and how many days the ceilings need."""

    people: int
    today: int
    days: int
    is_warm_up: bool


def list_paces(now: datetime) -> list[ProviderPace]:
    """Return the pace of everybody, then of each provider."""
    rows = {row.domain_group: row for row in list_ceilings()}
    use = read_use(now)
    return [
        _describe(group, rows.get(group), use.get(group, UNUSED), now=now) for group in DomainGroup
    ]


def _describe(
    group: DomainGroup, row: DomainCeiling | None, use: PaceUse, *, now: datetime
) -> ProviderPace:
    if row is None:
        return ProviderPace(group=group)
    is_lowered = row.lowered_until is not None and row.lowered_until > now
    is_full = row.full_until is not None and row.full_until > now
    warm_up = None
    if row.plan is not None and row.plan_began_on is not None:
        number = max(0, (day_of(now) - row.plan_began_on).days + 1)
        warm_up = WarmUpDay(plan=row.plan, began_on=row.plan_began_on, number=number)
    return ProviderPace(
        group=group,
        chosen=Ceiling(an_hour=row.an_hour, a_day=row.a_day),
        now=ceiling_of(row, now),
        use=use,
        warm_up=warm_up,
        lowered_until=row.lowered_until if is_lowered else None,
        lowered_because=row.lowered_because if is_lowered else None,
        full_until=row.full_until if is_full else None,
    )


def foresee(campaign: Campaign) -> Forecast | None:
    """Return how a campaign would leave from now on; None while no ceiling holds."""
    now = clock.now()
    if not db.session.scalar(select(has_ceilings(now))):
        return None
    counts = _count_audience(campaign, now)
    people = sum(counts.values())
    rows, use = list_ceilings(), read_use(now)
    of_all: dict[DomainGroup | None, int] = {**counts, DomainGroup.EVERYBODY: people}
    rooms = {row.domain_group: _list_rooms(row, use, now) for row in rows}
    days = [days_needed(of_all.get(group, 0), rooms[group]) for group in rooms]
    first = {group: rooms[group][0] for group in rooms}
    today = sum(
        least(count, first.get(group) if group else None) or 0 for group, count in counts.items()
    )
    common = first.get(DomainGroup.EVERYBODY)
    return Forecast(
        people=people,
        today=least(today, common) or 0,
        days=max(days, default=1),
        is_warm_up=any(row.plan is not None for row in rows),
    )


def _list_rooms(
    row: DomainCeiling, use: Mapping[DomainGroup, PaceUse], now: datetime
) -> list[int | None]:
    """Return what a ceiling leaves room for today and on each of the next days."""
    rooms = list[int | None]()
    used = use.get(row.domain_group, PaceUse())
    hours_left = int((start_of_day(now, 1) - start_of_hour(now)) / AN_HOUR)
    for number in range(MOST_DAYS):
        ceiling = ceiling_of(row, now, number)
        hours = HOURS if number else hours_left
        an_hour = None if ceiling.an_hour is None else ceiling.an_hour * hours
        a_day = ceiling.a_day
        if not number:
            an_hour = None if an_hour is None else max(0, an_hour - used.an_hour)
            a_day = None if a_day is None else max(0, a_day - used.a_day)
        rooms.append(least(an_hour, a_day))
        if rooms[-1] is None:
            break
    return rooms


def _count_audience(campaign: Campaign, now: datetime) -> dict[DomainGroup | None, int]:
    """Count the people of a campaign by their providers."""
    people = select_audience(campaign, now)
    domain = domain_part(Subscriber.address_key)
    group = case(
        *((domain.in_(domains), group.value) for group, domains in DOMAINS.items()), else_=None
    )
    rows = db.session.execute(
        select(group.label("domain_group"), func.count())
        .select_from(people)
        .join(Subscriber, Subscriber.id == people.c.subscriber_id)
        .group_by("domain_group")
    )
    return {DomainGroup(name) if name else None: count for name, count in rows}
