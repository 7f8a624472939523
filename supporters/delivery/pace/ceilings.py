"""Sets the ceilings of providers and their warm-up, and halves them for a day where one asks."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

import structlog
from sqlalchemy import func, select

from supporters.audit_log.audit_events import record_act
from supporters.database import db, in_transaction, use_case
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.models import DeliveryInterval
from supporters.delivery.pace.models import DomainCeiling, LoweringReason
from supporters.delivery.pace.pace_rules import (
    AN_HOUR,
    LOWERED_AGAIN_AFTER,
    LOWERED_FOR,
    MOST_LOWERED,
    Ceiling,
    warm_up_on,
)
from supporters.delivery.pace.use_counts import ceiling_of
from supporters.delivery.pace.warm_up_plans import WarmUpPlan
from supporters.people.domain_groups import DomainGroup, group_of

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
def lower_ceiling(domain_group: DomainGroup | str, reason: LoweringReason, now: datetime) -> bool:
    """Halve the ceilings of a provider for a day; tell whether that changed anything.

    The provider may be given by a domain; one that belongs to no group has no ceiling. Many reports
    within an hour are one. Without a ceiling, half of what left to everybody in the last hour
    becomes one.
    """
    is_group = isinstance(domain_group, DomainGroup)
    group = DomainGroup(domain_group) if is_group else group_of(domain_group)
    if group is None:
        return False
    row = _get(group)
    if row.lowered_at is not None and now - row.lowered_at < LOWERED_AGAIN_AFTER:
        return False
    is_lowered = row.lowered_until is not None and row.lowered_until > now
    row.lowered_by = min(2 * row.lowered_by, MOST_LOWERED) if is_lowered else 2
    row.lowered_at, row.lowered_until = now, now + LOWERED_FOR
    row.lowered_because, row.full_until = reason, None
    if not is_lowered:
        row.found_an_hour = max(LEAST_FOUND, _count_last_hour(now))
    ceiling = ceiling_of(row, now)
    details = {
        "provider": group.value,
        "reason": reason.value,
        "hour_after": ceiling.an_hour or 0,
        "day_after": ceiling.a_day or 0,
    }
    record_act(DeliveryAct.CEILING_LOWERED, None, details)
    log.warning("delivery.ceiling_lowered", provider=group.value, reason=reason.value)
    return True


@use_case
def lift_lowering(group: DomainGroup) -> bool:
    """Let the full ceilings of a provider hold again; tell whether they were lowered."""
    row = _get(group)
    if row.lowered_until is None:
        return False
    row.lowered_by, row.full_until = 1, None
    row.lowered_at = row.lowered_until = row.lowered_because = row.found_an_hour = None
    record_act(DeliveryAct.LOWERING_LIFTED, None, {"provider": group.value})
    return True


@in_transaction
def _get(group: DomainGroup) -> DomainCeiling:
    row = db.session.get(DomainCeiling, group, with_for_update=True, populate_existing=True)
    if row is None:
        row = DomainCeiling(domain_group=group, lowered_by=1)
        db.session.add(row)
    return row


def _count_last_hour(now: datetime) -> int:
    accepted = select(func.sum(DeliveryInterval.accepted))
    return db.session.scalar(accepted.where(DeliveryInterval.started_at > now - AN_HOUR)) or 0
