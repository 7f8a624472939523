"""The send gate of a worker process: reads twice a second what may be sent, and the ledger's time.

Senders ask it before each email. When it couldn't read for two seconds, nothing may be sent: a
process that was stopped, or cut off from the database, stops sending by itself.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_lists_of
from supporters.database import db
from supporters.delivery.batches import is_within_wave
from supporters.delivery.emergency_stop import may_send
from supporters.delivery.grace import has_begun
from supporters.delivery.models import DeliveryBatch
from supporters.delivery.pace.connection_leases import has_connection_limit
from supporters.delivery.pace.use_counts import has_room
from supporters.sending_times.bulk_mail import is_limited, list_held

LOOK_EVERY_SECONDS = 0.5
FRESH_FOR_SECONDS = 2.0


class SendGate:
    """Tells what may be sent now. `read_time` returns the time of the ledger.

    An answer is valid for `fresh_for` seconds.
    """

    def __init__(
        self,
        read_time: Callable[[], datetime] = clock.now,
        *,
        fresh_for: float = FRESH_FOR_SECONDS,
    ) -> None:
        self._read_time = read_time
        self._fresh_for = fresh_for
        self._problems: dict[int, str | None] = {}
        self._due: list[int] = []
        self.has_connection_limit = False
        self._fresh_until = 0.0
        self._time = clock.now(), clock.uptime()

    def refresh(self) -> None:
        """Read everything anew. Raises DatabaseUnavailable."""
        started = clock.uptime()
        try:
            moment = self._read_time()
            is_stopped = not may_send()
            rows = db.session.execute(
                select(
                    *(Campaign.id, Campaign.problem, _has_due_batch(moment), is_limited(moment)),
                    has_connection_limit(),
                )
                .where(Campaign.status == CampaignStatus.RUNNING, has_begun(moment))
                .order_by(Campaign.id)
            ).all()
            limited = [row.id for row in rows if row[3]]
            held = list_held(find_lists_of(limited), moment) if limited else set()
        finally:
            db.session.rollback()
        running = [] if is_stopped else [row for row in rows if row.id not in held]
        self._problems = {row.id: row.problem for row in running}
        self._due = [campaign_id for campaign_id, _, is_due, _, _ in running if is_due]
        self.has_connection_limit = any(row[-1] for row in rows)
        self._time = moment, started
        self._fresh_until = started + self._fresh_for

    def may_send(self, campaign_id: int) -> bool:
        """Tell whether emails of a campaign may be sent at this moment."""
        return campaign_id in self._problems and clock.uptime() < self._fresh_until

    def list_due(self) -> Sequence[int]:
        """Return the campaigns with emails to send now, oldest first."""
        return [each for each in self._due if self.may_send(each)]

    def has_problem(self, campaign_id: int) -> bool:
        """Tell whether a problem of the relay with a campaign is recorded."""
        return bool(self._problems.get(campaign_id))

    def set_aside(self, campaign_id: int) -> None:
        """Treat a campaign as not due until the next reading."""
        self._due = [each for each in self._due if each != campaign_id]

    def now(self) -> datetime:
        """Return the time of the ledger, whatever this machine's clock says."""
        moment, read_at = self._time
        return moment + timedelta(seconds=clock.uptime() - read_at)


def _has_due_batch(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        DeliveryBatch.campaign_id == Campaign.id,
        DeliveryBatch.due_at <= now,
        DeliveryBatch.claimed_by.is_(None),
        is_within_wave(),
        has_room(now),
    )
