"""Tells of each provider's pace, and on how many days a campaign leaves below the ceilings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, select

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.database import db
from supporters.delivery.audience import select_audience
from supporters.delivery.models import DeliveryBatch
from supporters.delivery.pace.models import DomainCeiling, LoweringReason
from supporters.delivery.pace.pace_rules import (
    AN_HOUR,
    MOST_DAYS,
    ZONE,
    Ceiling,
    PaceUse,
    day_of,
    least,
    start_of_day,
    start_of_hour,
    warm_up_on,
)
from supporters.delivery.pace.use_counts import (
    ceiling_of,
    has_ceilings,
    is_lowered_at,
    list_ceilings,
    read_use,
)
from supporters.delivery.pace.warm_up_plans import CURVES, WarmUpPlan
from supporters.delivery.progress import SETTLED
from supporters.dialects import domain_part
from supporters.people.domain_groups import DOMAINS, DomainGroup
from supporters.people.models import Subscriber
from supporters.sending_times.rules import Window, list_openings
from supporters.sending_times.sending_window import find_window

NO_CEILING, UNUSED, NOTHING = Ceiling(), PaceUse(), timedelta()


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
    """How many people get a campaign on its first day at most, and how long the ceilings need."""

    people: int
    first_day: int
    days: int
    ends_on: date
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
    is_lowered = is_lowered_at(row, now)
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
    """Return how a campaign would leave from now on, or from its hour; None without ceilings."""
    now = clock.now()
    if not is_paced(now):
        return None
    return _foresee(_count_audience(campaign, now), max(now, campaign.send_at or now), now)


def foresee_rest(campaign_id: int) -> Forecast | None:
    """Return how those leave who wait in a campaign; None without ceilings.

    Those whose provider was not full yet count for the common ceiling only.
    """
    now = clock.now()
    if not is_paced(now):
        return None
    waiting = DeliveryBatch.size - SETTLED
    rows = db.session.execute(
        select(DeliveryBatch.domain_group, func.sum(waiting))
        .where(DeliveryBatch.campaign_id == campaign_id, DeliveryBatch.due_at.is_not(None))
        .group_by(DeliveryBatch.domain_group)
    )
    counts = {DomainGroup(name) if name else None: int(people) for name, people in rows}
    return _foresee(counts, now, now)


def is_paced(now: datetime) -> bool:
    """Tell whether any ceiling may hold."""
    return bool(db.session.scalar(select(has_ceilings(now))))


def _foresee(counts: Mapping[DomainGroup | None, int], start: datetime, now: datetime) -> Forecast:
    people, rows = sum(counts.values()), list_ceilings()
    of_all: dict[DomainGroup | None, int] = {**counts, DomainGroup.EVERYBODY: people}
    use = read_use(now) if day_of(start) == day_of(now) else {}
    plans = {
        row.domain_group: _plan(
            row,
            of_all.get(row.domain_group, 0),
            _Stretch(now, start, use.get(row.domain_group, UNUSED), find_window()),
        )
        for row in rows
    }
    first = {group: plan.first_day for group, plan in plans.items()}
    on_first = sum(
        least(count, first.get(group) if group else None) or 0 for group, count in counts.items()
    )
    days = max((plan.days for plan in plans.values()), default=1)
    return Forecast(
        people=people,
        first_day=least(on_first, first.get(DomainGroup.EVERYBODY)) or 0,
        days=days,
        ends_on=day_of(start) + timedelta(days - 1),
        is_warm_up=any(warm_up_on(row.plan, row.plan_began_on, day_of(start)) for row in rows),
    )


class _Stretch(NamedTuple):
    """The days from a start on, as seen now; `used` is what left on the first one."""

    now: datetime
    start: datetime
    used: PaceUse
    window: Window | None

    def room_below(self, row: DomainCeiling, number: int) -> int | None:
        """Return how many emails a ceiling lets leave on a day; None for any number."""
        ahead = (day_of(self.start) - day_of(self.now)).days
        ceiling = ceiling_of(row, self.now, ahead + number)
        if ceiling == NO_CEILING:
            return None
        hours = self._count_hours(number)
        an_hour = None if ceiling.an_hour is None else int(ceiling.an_hour * hours)
        a_day = ceiling.a_day if hours else 0
        if not number:
            an_hour = None if an_hour is None else max(0, an_hour - self.used.an_hour)
            a_day = None if a_day is None else max(0, a_day - self.used.a_day)
        return least(an_hour, a_day)

    def _count_hours(self, number: int) -> float:
        """Return the hours of a day in which sending is open: from now on, on the first one."""
        begins = start_of_day(self.start, number) if number else start_of_hour(self.start)
        ends = start_of_day(self.start, number + 1)
        if self.window is None:
            return (ends - begins) / AN_HOUR
        parts = (
            min(ends, closes) - max(begins, opens)
            for opens, closes in list_openings(begins, self.window, ZONE)
        )
        return sum((max(each, NOTHING) for each in parts), NOTHING) / AN_HOUR


class _Plan(NamedTuple):
    """On how many days people get an email, and how many may on the first; None for any number."""

    days: int
    first_day: int | None


def _plan(row: DomainCeiling, people: int, stretch: _Stretch) -> _Plan:
    first_day = room = stretch.room_below(row, 0)
    days = 1
    while room is not None and people > room and days < MOST_DAYS:
        people -= room
        room = stretch.room_below(row, days)
        days += 1
    return _Plan(days, first_day)


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
