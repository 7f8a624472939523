"""Shares the connections of campaigns to the relay among all machines, by leases in the database.

Without a row there is no common limit. A sender connects only with a lease; a machine that was lost
has given its leases back after half a minute.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select, update

from supporters.audit_log.audit_events import record_act
from supporters.database import db, delete_where, update_where, use_case
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.pace.models import RelayLease

LEASE_TIME = timedelta(seconds=30)
MOST_CONNECTIONS = 500


class Connections(NamedTuple):
    """How many connections campaigns may have over all machines, and how many they have."""

    most: int
    held: int


def has_connection_limit() -> ColumnElement[bool]:
    """Return the condition that the connections of campaigns are limited."""
    return exists().where(RelayLease.number > 0)


def find_connections(now: datetime) -> Connections | None:
    """Return the limit and its use; None if there is no limit."""
    held = func.count().filter(RelayLease.held_until > now)
    row = db.session.execute(select(func.count(RelayLease.number), held)).one()
    return Connections(most=row[0], held=row[1]) if row[0] else None


@use_case
def limit_connections(most: int | None) -> bool:
    """Set how many connections campaigns have; tell whether that changed anything.

    Senders beyond a lower limit close theirs within some seconds.
    """
    before = db.session.scalar(select(func.count(RelayLease.number))) or 0
    after = most or 0
    if before == after:
        return False
    delete_where(RelayLease, RelayLease.number > after)
    db.session.add_all(RelayLease(number=number) for number in range(before + 1, after + 1))
    details = {"before": before, "after": after}
    record_act(DeliveryAct.CONNECTIONS_CHANGED, None, details)
    return True


@use_case
def take_lease(sender: str, now: datetime) -> bool:
    """Take a free lease, or keep ours; tell whether the sender may connect."""
    free = (
        select(RelayLease.number)
        .where(
            or_(
                RelayLease.held_by == sender,
                RelayLease.held_until.is_(None),
                RelayLease.held_until <= now,
            )
        )
        .order_by(func.coalesce(RelayLease.held_by == sender, False).desc(), RelayLease.number)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = db.session.scalar(
        update(RelayLease)
        .where(RelayLease.number == free)
        .values(held_by=sender, held_until=now + LEASE_TIME)
        .returning(RelayLease.number)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


@use_case
def renew_leases(senders: Sequence[str], now: datetime) -> set[str]:
    """Keep the leases of senders for another while; return who still has one."""
    renewed = db.session.scalars(
        update(RelayLease)
        .where(RelayLease.held_by.in_(senders))
        .values(held_until=now + LEASE_TIME)
        .returning(RelayLease.held_by)
        .execution_options(synchronize_session=False)
    ).all()
    return {each for each in renewed if each is not None}


@use_case
def return_leases(senders: Sequence[str]) -> None:
    """Give leases back that no connection needs."""
    theirs = RelayLease.held_by.in_(senders)
    update_where(RelayLease, theirs, held_by=None, held_until=None)
