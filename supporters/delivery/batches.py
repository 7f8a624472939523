"""Keeps the counts of a batch, and when something in it is due; called within a transaction."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, case, func, select, update

from supporters.database import db
from supporters.delivery.models import batches, deliveries
from supporters.delivery.rules import UNSETTLED, DeliveryStatus

Changes = Mapping[DeliveryStatus, int]

SETTLED = [status.value for status in DeliveryStatus if status not in UNSETTLED]


def lock_batch(campaign_id: int, batch: int) -> None:
    """Let nobody else change a batch until we are done."""
    db.session.execute(
        select(batches.c.number)
        .where(batches.c.campaign_id == campaign_id, batches.c.number == batch)
        .with_for_update()
    )


def count(campaign_id: int, batch: int, changes: Changes) -> None:
    """Add to the counts of a batch; QUEUED has none, it is the rest."""
    if any(changes.values()):
        _update(campaign_id, batch, _sums(changes))


def let_go(campaign_id: int, batch: int, changes: Changes, *, held_by: str | None = None) -> bool:
    """Add to the counts of a batch, and let go of it; tell whether it was held by this lane.

    It is due again when the first of its unsettled mails is, if any is left.
    """
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
    values = {
        **sums,
        "claimed_by": None,
        "claimed_at": None,
        "due_at": case((settled < batches.c.size, first_due), else_=None),
    }
    return _update(campaign_id, batch, values, held_by=held_by) == 1


def _sums(changes: Changes) -> dict[str, Any]:
    return {
        status.value: batches.c[status.value] + change
        for status, change in changes.items()
        if change and status is not DeliveryStatus.QUEUED
    }


def _update(
    campaign_id: int, batch: int, values: Mapping[str, Any], *, held_by: str | None = None
) -> int:
    statement = update(batches).where(
        batches.c.campaign_id == campaign_id, batches.c.number == batch
    )
    if held_by is not None:
        statement = statement.where(batches.c.claimed_by == held_by)
    done = db.session.execute(statement.values(**values))
    return cast(CursorResult[tuple[int]], done).rowcount
