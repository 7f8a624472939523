"""The history of a campaign: how many attempts ended how, in each ten seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from supporters.database import db, in_transaction
from supporters.delivery.models import DeliveryInterval
from supporters.delivery.rules import DeliveryStatus

INTERVAL = timedelta(seconds=10)
RATE_OVER = timedelta(seconds=30)
KEPT = (
    *(DeliveryStatus.ACCEPTED, DeliveryStatus.DEFERRED),
    *(DeliveryStatus.REFUSED, DeliveryStatus.UNCERTAIN),
)


@dataclass(frozen=True, kw_only=True)
class Minute:
    """What left in one minute, by how it ended."""

    started_at: datetime
    accepted: int = 0
    deferred: int = 0
    refused: int = 0
    uncertain: int = 0


@in_transaction
def note_attempts(campaign_id: int, attempts: Mapping[DeliveryStatus, int], now: datetime) -> None:
    """Add attempts to the present interval, in the transaction that records them."""
    counts = {status.value: attempts.get(status, 0) for status in KEPT}
    if not any(counts.values()):
        return
    is_sqlite = db.session.connection().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    row = insert(DeliveryInterval).values(
        campaign_id=campaign_id, started_at=_floor(now, INTERVAL), **counts
    )
    added = {name: getattr(DeliveryInterval, name) + row.excluded[name] for name in counts}
    db.session.execute(
        row.on_conflict_do_update(index_elements=["campaign_id", "started_at"], set_=added)
    )


def get_rate(campaign_id: int, now: datetime) -> float:
    """Return how many mails a second were answered of late."""
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


def list_minutes(campaign_id: int) -> Sequence[Minute]:
    """Return what left in each minute in which anything did, oldest first."""
    intervals = db.session.execute(
        select(
            DeliveryInterval.started_at,
            *(getattr(DeliveryInterval, status.value) for status in KEPT),
        )
        .where(DeliveryInterval.campaign_id == campaign_id)
        .order_by(DeliveryInterval.started_at)
    )
    minutes: dict[datetime, list[int]] = {}
    for started_at, *counts in intervals:
        minute = started_at.replace(second=0, microsecond=0)
        sums = minutes.get(minute)
        minutes[minute] = [*map(int.__add__, sums, counts)] if sums else counts
    names = [status.value for status in KEPT]
    return [
        Minute(started_at=minute, **dict(zip(names, sums, strict=True)))
        for minute, sums in minutes.items()
    ]


def _floor(moment: datetime, step: timedelta) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return moment - (moment - start) % step
