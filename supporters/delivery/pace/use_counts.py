"""Reads the ceilings that hold now, and counts what leaves below them: in the database alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.dialects import postgresql

from supporters.database import db, delete_where, in_transaction, update_where, use_case
from supporters.delivery.models import DeliveryBatch
from supporters.delivery.pace.models import DomainCeiling, DomainUse
from supporters.delivery.pace.pace_rules import (
    Ceiling,
    PaceUse,
    day_of,
    least,
    start_of_day,
    start_of_hour,
    twelfth_of,
    warm_up_on,
)
from supporters.people.domain_groups import DomainGroup

RETAINED_FOR = timedelta(days=35)
Counts = Mapping[DomainGroup, int]


class Reserved(NamedTuple):
    """The share of the ceilings of an hour that a claim may send, by provider."""

    hour: datetime
    counts: Counts


def has_ceilings(now: datetime) -> ColumnElement[bool]:
    """Return the condition that any ceiling may hold: a cheap first look within a statement."""
    return exists().where(
        or_(
            DomainCeiling.an_hour.is_not(None),
            DomainCeiling.a_day.is_not(None),
            DomainCeiling.plan.is_not(None),
            DomainCeiling.lowered_until > now,
        )
    )


def has_room(now: datetime) -> ColumnElement[bool]:
    """Return the condition on a batch that no ceiling of its people is reached."""
    return ~exists().where(
        DomainCeiling.full_until > now,
        or_(
            DomainCeiling.domain_group == DomainGroup.EVERYBODY,
            and_(
                DeliveryBatch.domain_group.is_not(None),
                DomainCeiling.domain_group == DeliveryBatch.domain_group,
            ),
        ),
    )


def is_lowered_at(row: DomainCeiling, moment: datetime) -> bool:
    """Tell whether the ceilings of a row are lower at a moment."""
    return row.lowered_until is not None and row.lowered_until > moment


def ceiling_of(row: DomainCeiling, now: datetime, days: int = 0) -> Ceiling:
    """Return the ceilings of a row as they are now, or some days later."""
    day = start_of_day(now, days) if days else now
    warm_up = warm_up_on(row.plan, row.plan_began_on, day_of(day))
    ceiling = Ceiling(
        an_hour=least(row.an_hour, twelfth_of(warm_up)), a_day=least(row.a_day, warm_up)
    )
    if not is_lowered_at(row, day):
        return ceiling
    if ceiling == Ceiling():
        ceiling = Ceiling(an_hour=row.found_an_hour)
    return ceiling.divide(row.lowered_by)


def list_ceilings(*, for_update: bool = False) -> Sequence[DomainCeiling]:
    """Return all rows in one order; locked, other claims and changes wait."""
    rows = select(DomainCeiling).order_by(DomainCeiling.domain_group)
    if for_update:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(rows).all()


def read_use(now: datetime) -> dict[DomainGroup, PaceUse]:
    """Return what left in this hour and today, by provider."""
    hour, day = start_of_hour(now), start_of_day(now)
    this_hour = func.sum(case((DomainUse.started_at == hour, DomainUse.mails), else_=0))
    rows = db.session.execute(
        select(DomainUse.domain_group, this_hour, func.sum(DomainUse.mails))
        .where(DomainUse.started_at >= day)
        .group_by(DomainUse.domain_group)
    )
    return {group: PaceUse(an_hour=int(hour), a_day=int(today)) for group, hour, today in rows}


@in_transaction
def add_use(hour: datetime, counts: Counts) -> None:
    """Count emails in the transaction that claims them."""
    values = [
        {"domain_group": group, "started_at": hour, "mails": mails}
        for group, mails in counts.items()
        if mails
    ]
    if not values:
        return
    row = postgresql.insert(DomainUse).values(values)  # SQLite has the same ON CONFLICT
    added = {"mails": DomainUse.mails + row.excluded.mails}
    db.session.execute(
        row.on_conflict_do_update(index_elements=["domain_group", "started_at"], set_=added)
    )


@in_transaction
def return_use(reserved: Reserved, unused: Counts) -> None:
    """Return what a claim may have sent, and didn't, in the transaction that records it.

    The ceilings are locked first, as by each claim.
    """
    for row in list_ceilings(for_update=True) if any(unused.values()) else ():
        if mails := unused.get(row.domain_group, 0):
            theirs = DomainUse.domain_group == row.domain_group
            at = DomainUse.started_at == reserved.hour
            update_where(DomainUse, theirs, at, mails=DomainUse.mails - mails)
            row.full_until = None


@use_case
def purge_use(now: datetime) -> None:
    """Delete the counts that no page shows any more."""
    delete_where(DomainUse, DomainUse.started_at < now - RETAINED_FOR)
