"""Keeps the counts of a batch, and when something in it is due."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, case, func, select, update

from supporters.database import db, in_transaction
from supporters.delivery.models import batches, deliveries
from supporters.delivery.rules import UNSETTLED, DeliveryStatus

Changes = Mapping[DeliveryStatus, int]

UNCLAIMED = {"claimed_by": None, "claimed_at": None, "revoked_at": None}
SETTLED = [status.value for status in DeliveryStatus if status not in UNSETTLED]


@in_transaction
def lock_batch(campaign_id: int, batch: int) -> str | None:
    """Let nobody else change a batch until we are done; return which lane holds it."""
    holder: str | None = db.session.scalar(
        select(batches.c.claimed_by)
        .where(batches.c.campaign_id == campaign_id, batches.c.number == batch)
        .with_for_update()
    )
    return holder


@in_transaction
def count(campaign_id: int, batch: int, changes: Changes, *, cancelled: int = 0) -> None:
    """Add to the counts of a batch; QUEUED has none, it is the rest.

    Of those skipped, so many were `cancelled` by us.

    The batch is due again when the first of its unsettled mails is, if any is left.
    """
    values = _new_values(campaign_id, batch, changes)
    if cancelled:
        values["cancelled"] = batches.c.cancelled + cancelled
    _update(campaign_id, batch, values)


@in_transaction
def let_go(campaign_id: int, batch: int, changes: Changes, *, lane: str) -> bool:
    """Add to the counts of a batch that a lane holds, and let go of it; tell whether it held it."""
    values = _new_values(campaign_id, batch, changes)
    return _update(campaign_id, batch, {**values, **UNCLAIMED}, lane=lane) == 1


def _new_values(campaign_id: int, batch: int, changes: Changes) -> dict[str, Any]:
    sums = _sums(changes)
    settled = sum(sums.get(name, batches.c[name]) for name in SETTLED)
    first_due = (
        select(func.min(deliveries.c.next_attempt_at))
        .where(
            deliveries.c.campaign_id == campaign_id,
            deliveries.c.batch == batch,
            deliveries.c.status.in_(UNSETTLED),
        )
        .scalar_subquery()
    )
    return {**sums, "due_at": case((settled < batches.c.size, first_due), else_=None)}


def _sums(changes: Changes) -> dict[str, Any]:
    return {
        status.value: batches.c[status.value] + change
        for status, change in changes.items()
        if change and status is not DeliveryStatus.QUEUED
    }


def _update(
    campaign_id: int, batch: int, values: Mapping[str, Any], *, lane: str | None = None
) -> int:
    statement = update(batches).where(
        batches.c.campaign_id == campaign_id, batches.c.number == batch
    )
    if lane is not None:
        statement = statement.where(batches.c.claimed_by == lane)
    done = db.session.execute(statement.values(**values))
    return cast(CursorResult[tuple[int]], done).rowcount
