"""One rate limit over all senders, processes and machines.

The database keeps the time at which the next email may be sent (the generic cell rate algorithm).
A claim moves that time forward, and may send in the time between. It runs in the claim's
transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from supporters.database import db
from supporters.delivery.models import DeliveryControl

LONGEST_WAIT = timedelta(seconds=0.5)  # a claim may not become stale while it waits
LONGEST_STRETCH = timedelta(seconds=0.5)
FURTHEST = LONGEST_WAIT + LONGEST_STRETCH  # beyond it, a clock was wrong


@dataclass(frozen=True, kw_only=True)
class RateShare:
    """How many emails may be sent, when the first of them, and at which interval."""

    count: int
    starts_in: timedelta = timedelta()
    gap: timedelta = timedelta()


@dataclass(frozen=True)
class RateReached:
    """The common rate is used up; try again after this time."""

    time: timedelta


def take_share(wanted: int, *, rate: int, now: datetime) -> RateShare | RateReached:
    """Take up to `wanted` emails of the common rate, in emails a second; 0 is no limit."""
    if not rate:
        return RateShare(count=wanted)
    control = db.session.scalars(select(DeliveryControl).with_for_update()).one()
    gap = timedelta(seconds=1) / rate
    free_at = max(control.next_slot_at or now, now)
    if free_at - now > FURTHEST + gap:
        free_at = now
    if free_at - now > LONGEST_WAIT:
        return RateReached(free_at - now - LONGEST_WAIT)
    count = min(wanted, max(1, int(LONGEST_STRETCH / gap)))
    control.next_slot_at = free_at + gap * count
    return RateShare(count=count, starts_in=free_at - now, gap=gap)
