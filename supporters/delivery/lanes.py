"""Lanes: chains of jobs that share a campaign's batches, so that several workers can help.

Lane n of LANES takes the batches n, n + LANES, and so on. A lost chain is started again by the
sweep; two chains in one lane do no harm, since a claim is exclusive.
"""

from sqlalchemy import func, or_, select

from supporters import clock
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.delivery.rules import LANES, DeliveryStatus
from supporters.extensions import queue


def start_lanes(campaign_id: int, *, first_batch: int) -> None:
    """Ask the workers to send a campaign, from a batch on."""
    for batch in range(first_batch, first_batch + LANES):
        continue_lane(campaign_id, batch)


def continue_lane(campaign_id: int, batch: int) -> None:
    """Ask a worker to go on with the lane of a batch."""
    queue.later("send_lane", campaign_id, batch)


def find_due_batch(campaign_id: int, *, after: int, step: int) -> int | None:
    """Return the first batch behind `after`, in steps, that has mails to send now."""
    return db.session.scalar(
        select(func.min(Delivery.batch)).where(
            Delivery.campaign_id == campaign_id,
            Delivery.batch > after,
            (Delivery.batch - after) % step == 0,
            Delivery.status.in_([DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED]),
            or_(
                Delivery.status == DeliveryStatus.QUEUED,
                Delivery.next_attempt_at <= clock.now(),
            ),
        )
    )
