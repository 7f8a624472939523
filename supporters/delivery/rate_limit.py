"""One rate over all lanes, processes and machines: each claim takes its slots on a common line.

The line is the time at which the next mail may leave (the generic cell rate algorithm); whoever
moves it forward may send in the stretch that they passed. Called within the claim's transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from supporters.database import db
from supporters.delivery.models import DeliveryControl

LONGEST_WAIT = timedelta(seconds=0.5)  # a claim may not grow old while it waits
LONGEST_STRETCH = timedelta(seconds=0.5)
FURTHEST = LONGEST_WAIT + LONGEST_STRETCH  # beyond it, some clock was wrong


@dataclass(frozen=True, kw_only=True)
class Slots:
    """How many mails may leave, when the first of them, and at which distance."""

    count: int
    starts_in: timedelta = timedelta()
    gap: timedelta = timedelta()


@dataclass(frozen=True)
class WaitForSlot:
    """The common rate is used up; it is worth asking again after this time."""

    time: timedelta


def take_slots(wanted: int, *, rate: int, now: datetime) -> Slots | WaitForSlot:
    """Take up to `wanted` slots of the common rate, in mails a second; 0 is no limit."""
    if not rate:
        return Slots(count=wanted)
    control = db.session.scalars(select(DeliveryControl).with_for_update()).one()
    gap = timedelta(seconds=1) / rate
    free_at = max(control.next_slot_at or now, now)
    if free_at - now > FURTHEST + gap:
        free_at = now
    if free_at - now > LONGEST_WAIT:
        return WaitForSlot(free_at - now - LONGEST_WAIT)
    count = min(wanted, max(1, int(LONGEST_STRETCH / gap)))
    control.next_slot_at = free_at + gap * count
    return Slots(count=count, starts_in=free_at - now, gap=gap)
