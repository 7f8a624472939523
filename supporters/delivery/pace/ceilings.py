"""Sets the ceilings of providers and their warm-up, and halves them for a day where one asks."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

import structlog
from sqlalchemy.dialects import postgresql, sqlite

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.database import db, in_transaction, use_case
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.pace.models import DomainCeiling, LoweringReason
from supporters.delivery.pace.pace_rules import (
    A_DAY,
    AN_HOUR,
    LOWERED_AGAIN_AFTER,
    LOWERED_FOR,
    MOST_LOWERED,
    Ceiling,
    warm_up_on,
)
from supporters.delivery.pace.provider_shares import estimate_sent
from supporters.delivery.pace.use_counts import ceiling_of, is_lowered_at
from supporters.delivery.pace.warm_up_plans import HOURS_OF_A_DAY, WarmUpPlan
from supporters.people.domain_groups import DomainGroup

log = structlog.get_logger(__name__)
LEAST_FOUND = 120  # an hour: what a provider is trusted to take, if little left before


class CeilingFault(Enum):
    """Why a ceiling isn't changed. OVER: the plan would have ended before today."""

    OVER = auto()
    HOUR_ABOVE_DAY = auto()


@dataclass(frozen=True, kw_only=True)
class Warmth:
    """A plan of warm-up and its first day."""

    plan: WarmUpPlan
    began_on: date


@use_case
def change_pace(
    group: DomainGroup, ceiling: Ceiling, warmth: Warmth | None, *, today: date
) -> bool | CeilingFault:
    """Set the ceilings of a provider and its warm-up; tell whether anything has changed."""
    if ceiling.an_hour and ceiling.a_day and ceiling.an_hour > ceiling.a_day:
        return CeilingFault.HOUR_ABOVE_DAY
    warmed = start_warm_up(group, warmth, today) if warmth else stop_warm_up(group) is not None
    if isinstance(warmed, CeilingFault):
        return warmed
    return set_ceiling(group, ceiling) or warmed


@use_case
def set_ceiling(group: DomainGroup, ceiling: Ceiling) -> bool:
    """Set the ceilings of a provider, None for none; tell whether they have changed."""
    row = _get(group)
    before = Ceiling(an_hour=row.an_hour, a_day=row.a_day)
    if before == ceiling:
        return False
    row.an_hour, row.a_day, row.full_until = ceiling.an_hour, ceiling.a_day, None
    details = {
        "provider": group.value,
        "hour_before": before.an_hour or 0,
        "hour_after": ceiling.an_hour or 0,
        "day_before": before.a_day or 0,
        "day_after": ceiling.a_day or 0,
    }
    record_act(DeliveryAct.CEILING_CHANGED, None, details)
    return True


@use_case
def start_warm_up(group: DomainGroup, warmth: Warmth, today: date) -> bool | CeilingFault:
    """Let a sender begin slowly on a day; tell whether that changed anything."""
    if warm_up_on(warmth.plan, warmth.began_on, today) is None:
        return CeilingFault.OVER
    row = _get(group)
    if (row.plan, row.plan_began_on) == (warmth.plan, warmth.began_on):
        return False
    row.plan, row.plan_began_on, row.full_until = warmth.plan, warmth.began_on, None
    details = {
        "provider": group.value,
        "plan": warmth.plan.value,
        "first_day": warmth.began_on.isoformat(),
    }
    record_act(DeliveryAct.WARM_UP_STARTED, None, details)
    return True


@use_case
def stop_warm_up(group: DomainGroup) -> Warmth | None:
    """End a warm-up; return what it was, so that it can be put back."""
    row = _get(group)
    if row.plan is None or row.plan_began_on is None:
        return None
    was = Warmth(plan=row.plan, began_on=row.plan_began_on)
    row.plan = row.plan_began_on = row.full_until = None
    details = {"provider": group.value, "plan": was.plan.value}
    record_act(DeliveryAct.WARM_UP_STOPPED, None, details)
    return was


@use_case
def lower_ceiling(group: DomainGroup, reason: LoweringReason, now: datetime) -> bool:
    """Halve the ceilings of a provider for a day; tell whether that changed anything.

    Many reports within an hour are one. Without a ceiling, half of what left to it in the last hour
    becomes one.
    """
    row = _get(group)
    is_lowered = is_lowered_at(row, now)
    if is_lowered and row.lowered_at and now - row.lowered_at < LOWERED_AGAIN_AFTER:
        return False
    row.lowered_by = min(2 * row.lowered_by, MOST_LOWERED) if is_lowered else 2
    row.lowered_at, row.lowered_until = now, now + LOWERED_FOR
    row.lowered_because, row.full_until = reason, None
    if not is_lowered:
        row.found_an_hour = _find_usual_hour(group, now)
    ceiling = ceiling_of(row, now)
    details = {
        "provider": group.value,
        "because": reason.value,
        "hour_after": ceiling.an_hour or 0,
        "day_after": ceiling.a_day or 0,
    }
    record_act(DeliveryAct.CEILING_LOWERED, None, details)
    log.warning("delivery.ceiling_lowered", provider=group.value, reason=reason.value)
    return True


@use_case
def lift_lowering(group: DomainGroup) -> bool:
    """Let the full ceilings of a provider hold again; tell whether they were lowered.

    Reports from before don't lower them once more.
    """
    row, now = _get(group), clock.now()
    if not is_lowered_at(row, now):
        return False
    row.lowered_by, row.lowered_until, row.lowered_at = 1, row.lowered_at, now
    row.full_until = row.found_an_hour = None
    record_act(DeliveryAct.LOWERING_LIFTED, None, {"provider": group.value})
    return True


@in_transaction
def _get(group: DomainGroup) -> DomainCeiling:
    """Lock the row of a provider, or make it: two workers may hear of its limit at once."""
    is_sqlite = db.session.connection().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    new = insert(DomainCeiling).values(domain_group=group, lowered_by=1)
    db.session.execute(new.on_conflict_do_nothing(index_elements=["domain_group"]))
    return db.session.get_one(DomainCeiling, group, with_for_update=True, populate_existing=True)


def _find_usual_hour(group: DomainGroup, now: datetime) -> int:
    """Return what left to a provider in the last hour, or in a usual hour of the last day."""
    an_hour, a_day = (estimate_sent(now - each)[group] for each in (AN_HOUR, A_DAY))
    return max(LEAST_FOUND, an_hour, a_day // HOURS_OF_A_DAY)
