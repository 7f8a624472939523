"""Progress and speed of campaigns: counts by batch, attempts by ten seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.dialects import postgresql

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.campaigns.queries import find_campaign, list_running_campaigns
from supporters.database import db, in_transaction
from supporters.delivery.emergency_stop import may_send
from supporters.delivery.models import DeliveryBatch, DeliveryInterval
from supporters.delivery.pace.use_counts import has_room
from supporters.delivery.rules import DeliveryStatus

INTERVAL = timedelta(seconds=10)
RATE_OVER = timedelta(seconds=30)
STATUSES = (
    *(DeliveryStatus.ACCEPTED, DeliveryStatus.DEFERRED),
    *(DeliveryStatus.REFUSED, DeliveryStatus.UNCERTAIN),
)
SETTLED = (
    DeliveryBatch.accepted + DeliveryBatch.refused + DeliveryBatch.skipped + DeliveryBatch.uncertain
)


@dataclass(frozen=True, kw_only=True)
class AttemptsOfMinute:
    """The attempts of one minute, by result."""

    started_at: datetime
    accepted: int = 0
    deferred: int = 0
    refused: int = 0
    uncertain: int = 0


@in_transaction
def record_attempts(
    campaign_id: int, attempts: Mapping[DeliveryStatus, int], now: datetime
) -> None:
    """Add attempts to the current interval, in the transaction that records them."""
    counts = {status.value: attempts.get(status, 0) for status in STATUSES}
    if not any(counts.values()):
        return
    row = postgresql.insert(DeliveryInterval).values(  # SQLite has the same ON CONFLICT
        campaign_id=campaign_id, started_at=_floor(now, INTERVAL), **counts
    )
    added = {name: getattr(DeliveryInterval, name) + row.excluded[name] for name in counts}
    db.session.execute(
        row.on_conflict_do_update(index_elements=["campaign_id", "started_at"], set_=added)
    )


def get_rate(campaign_id: int, now: datetime) -> float:
    """Return how many emails a second got an answer recently."""
    since = _floor(now, INTERVAL) - RATE_OVER
    answered = DeliveryInterval.accepted + DeliveryInterval.refused + DeliveryInterval.deferred
    is_ours = DeliveryInterval.campaign_id == campaign_id
    count = db.session.scalar(
        select(func.sum(answered)).where(is_ours, DeliveryInterval.started_at >= since)
    )
    first = db.session.scalar(select(func.min(DeliveryInterval.started_at)).where(is_ours))
    if not count or first is None:
        return 0.0
    seconds = (now - max(since, first)).total_seconds()
    return float(count) / max(seconds, 1.0)


def list_minutes(campaign_id: int) -> Sequence[AttemptsOfMinute]:
    """Return the attempts of each minute that had any, oldest first."""
    intervals = db.session.execute(
        select(
            DeliveryInterval.started_at,
            *(getattr(DeliveryInterval, status.value) for status in STATUSES),
        )
        .where(DeliveryInterval.campaign_id == campaign_id)
        .order_by(DeliveryInterval.started_at)
    )
    minutes: dict[datetime, list[int]] = {}
    for started_at, *counts in intervals:
        minute = started_at.replace(second=0, microsecond=0)
        sums = minutes.get(minute)
        minutes[minute] = [*map(int.__add__, sums, counts)] if sums else counts
    names = [status.value for status in STATUSES]
    return [
        AttemptsOfMinute(started_at=minute, **dict(zip(names, sums, strict=True)))
        for minute, sums in minutes.items()
    ]


def _floor(moment: datetime, step: timedelta) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return moment - (moment - start) % step


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many emails are in each state; together they are the audience.

    `cancelled` is a part of `skipped`, and `held_by_pace` of `queued`: people whose provider has
    reached its ceiling, or all while the common one is reached. `rate` is in emails a second over
    the last half minute; it is 0 when nothing may be sent at present.
    """

    audience: int
    queued: int = 0
    claimed: int = 0
    accepted: int = 0
    deferred: int = 0
    refused: int = 0
    skipped: int = 0
    cancelled: int = 0
    uncertain: int = 0
    held_by_pace: int = 0
    rate: float = 0.0

    @property
    def settled(self) -> int:
        """How many emails have their final state."""
        return self.accepted + self.refused + self.skipped + self.uncertain

    @property
    def dropped(self) -> int:
        """How many emails weren't sent because the person unsubscribed, paused or objected."""
        return self.skipped - self.cancelled

    @property
    def percent(self) -> int:
        """The settled share, in whole percent, rounded down; cancelled emails don't count."""
        done = self.settled - self.cancelled
        return 100 * done // self.audience if self.audience else 0

    @property
    def seconds_left(self) -> int | None:
        """How many seconds the waiting emails take at this rate; None if it can't be estimated.

        Deferred emails are left out: the receiving server decides when it accepts them. So are
        those that wait for a ceiling: the hours and days decide.
        """
        waiting = self.queued - self.held_by_pace + self.claimed
        return round(waiting / self.rate) if self.rate and waiting else None


def get_progress(campaign_id: int) -> Progress:
    """Return the states of a campaign's emails, and their rate."""
    progress = _add_up(DeliveryBatch.campaign_id == campaign_id)
    campaign = find_campaign(campaign_id)
    is_leaving = campaign is not None and campaign.status is CampaignStatus.RUNNING
    if not is_leaving or not may_send():
        return progress
    return replace(progress, rate=get_rate(campaign_id, clock.now()))


def get_total_progress() -> Progress:
    """Return the states of all emails of all campaigns, and their common rate."""
    return replace(_add_up(true()), rate=get_total_rate())


def get_total_rate() -> float:
    """Return how many emails of all campaigns are sent each second."""
    if not may_send():
        return 0.0
    now = clock.now()
    return sum(get_rate(campaign.id, now) for campaign in list_running_campaigns())


def _add_up(condition: ColumnElement[bool]) -> Progress:
    in_hand = and_(DeliveryBatch.claimed_by.is_not(None), DeliveryBatch.due_at.is_not(None))
    waiting = DeliveryBatch.size - SETTLED - DeliveryBatch.deferred
    sums = {
        "audience": DeliveryBatch.size,
        "queued": case((in_hand, 0), else_=waiting),
        "claimed": case((in_hand, waiting), else_=0),
        "accepted": DeliveryBatch.accepted,
        "deferred": DeliveryBatch.deferred,
        "refused": DeliveryBatch.refused,
        "skipped": DeliveryBatch.skipped,
        "cancelled": DeliveryBatch.cancelled,
        "uncertain": DeliveryBatch.uncertain,
        "held_by_pace": case((or_(in_hand, has_room(clock.now())), 0), else_=waiting),
    }
    row = db.session.execute(
        select(*(func.coalesce(func.sum(each), 0) for each in sums.values())).where(condition)
    ).one()
    return Progress(**{name: int(value) for name, value in zip(sums, row, strict=True)})
