"""Keeps the counts of a batch, and when an email in it is due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, case, func, or_, select, update

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db, in_transaction, transaction, update_where
from supporters.delivery.models import Delivery, DeliveryBatch, batches, deliveries
from supporters.delivery.rules import UNSETTLED, DeliveryStatus, SkipReason

Changes = Mapping[DeliveryStatus, int]
UNCLAIMED = {"claimed_by": None, "claimed_at": None, "revoked_at": None}
SETTLED = [status.value for status in DeliveryStatus if status not in UNSETTLED]
BATCHES_AT_ONCE = 20


def last_in_wave() -> ColumnElement[int | None]:
    """Return the last batch of a campaign's first wave while the others wait; else NULL."""
    return case((Campaign.wave_continued_at.is_(None), Campaign.wave_batches), else_=None)


def is_within_wave() -> ColumnElement[bool]:
    """Return the condition on a batch that its campaign's first wave doesn't hold it back."""
    return or_(last_in_wave().is_(None), DeliveryBatch.number <= last_in_wave())


@in_transaction
def lock_batch(campaign_id: int, batch: int) -> str | None:
    """Lock a batch until the end of the transaction; return which sender holds it."""
    holder: str | None = db.session.scalar(
        select(batches.c.claimed_by)
        .where(batches.c.campaign_id == campaign_id, batches.c.number == batch)
        .with_for_update()
    )
    return holder


@in_transaction
def add_counts(campaign_id: int, batch: int, changes: Changes, *, cancelled: int = 0) -> None:
    """Add to the counts of a batch; QUEUED has none, it is the rest.

    `cancelled` is how many of the skipped emails we cancelled.

    The batch is due again when its first unsettled email is, if any is left.
    """
    values = _new_values(campaign_id, batch, changes)
    if cancelled:
        values["cancelled"] = batches.c.cancelled + cancelled
    _update(campaign_id, batch, values)


@in_transaction
def release(campaign_id: int, batch: int, changes: Changes, *, sender: str) -> bool:
    """Add to the counts of a batch that a sender holds, and release it; tell whether it held it."""
    values = _new_values(campaign_id, batch, changes)
    return _update(campaign_id, batch, {**values, **UNCLAIMED}, sender=sender) == 1


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
    campaign_id: int, batch: int, values: Mapping[str, Any], *, sender: str | None = None
) -> int:
    statement = update(batches).where(
        batches.c.campaign_id == campaign_id, batches.c.number == batch
    )
    if sender is not None:
        statement = statement.where(batches.c.claimed_by == sender)
    done = db.session.execute(statement.values(**values))
    return cast(CursorResult[tuple[int]], done).rowcount


def skip_rest_of_cancelled() -> None:
    """Skip the rest of all cancelled campaigns, except the emails that a sender has claimed."""
    while _skip_some():
        pass


def _skip_some() -> bool:
    with transaction():
        found = db.session.execute(
            select(DeliveryBatch.campaign_id, DeliveryBatch.number)
            .join(Campaign, Campaign.id == DeliveryBatch.campaign_id)
            .where(
                Campaign.status == CampaignStatus.CANCELLED,
                DeliveryBatch.due_at.is_not(None),
                DeliveryBatch.claimed_by.is_(None),
            )
            .limit(BATCHES_AT_ONCE)
            .with_for_update(skip_locked=True, of=DeliveryBatch)
        ).all()
        for campaign_id, batch in found:
            skip_unsettled(campaign_id, batch, reason=SkipReason.CANCELLED, now=clock.now())
    return bool(found)


@in_transaction
def skip_unsettled(
    campaign_id: int,
    batch: int,
    *conditions: ColumnElement[bool],
    reason: SkipReason,
    now: datetime,
) -> None:
    """Skip unsettled emails of a batch that no sender holds; the transaction has made sure."""
    skipped = {
        status: update_where(
            Delivery,
            Delivery.campaign_id == campaign_id,
            Delivery.batch == batch,
            Delivery.status == status,
            *conditions,
            status=DeliveryStatus.SKIPPED,
            settled_at=now,
            reply=reason,
        )
        for status in UNSETTLED
    }
    total = sum(skipped.values())
    changes = {
        DeliveryStatus.SKIPPED: total,
        DeliveryStatus.DEFERRED: -skipped[DeliveryStatus.DEFERRED],
    }
    cancelled = total if reason is SkipReason.CANCELLED else 0
    add_counts(campaign_id, batch, changes, cancelled=cancelled)
