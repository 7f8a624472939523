"""The watch of a worker process: reads twice a second what may be sent, and what time it is.

Lanes ask it before each mail. When it couldn't read for two seconds, nothing may be sent: a
process that was frozen, or cut off from the database, stops by itself.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db
from supporters.delivery.emergency_stop import may_send
from supporters.delivery.models import DeliveryBatch

LOOK_EVERY_SECONDS = 0.5
FRESH_FOR_SECONDS = 2.0


class Watch:
    """What is to be sent at present. `read_time` asks for the time by which the ledger is kept.

    `fresh_for` is for how many seconds it believes what it read.
    """

    def __init__(
        self,
        read_time: Callable[[], datetime] = clock.now,
        *,
        fresh_for: float = FRESH_FOR_SECONDS,
    ) -> None:
        self._read_time = read_time
        self._fresh_for = fresh_for
        self._troubles: dict[int, str | None] = {}
        self._due: list[int] = []
        self._fresh_until = 0.0
        self._time = clock.now(), clock.uptime()

    def look(self) -> None:
        """Read it anew. Raises DatabaseUnavailable."""
        started = clock.uptime()
        try:
            moment = self._read_time()
            is_stopped = not may_send()
            rows = db.session.execute(
                select(Campaign.id, Campaign.trouble, _has_due_batch(moment))
                .where(Campaign.status == CampaignStatus.RUNNING)
                .order_by(Campaign.id)
            ).all()
        finally:
            db.session.rollback()
        running = [] if is_stopped else rows
        self._troubles = {campaign_id: trouble for campaign_id, trouble, _ in running}
        self._due = [campaign_id for campaign_id, _, is_due in running if is_due]
        self._time = moment, started
        self._fresh_until = started + self._fresh_for

    def may_send(self, campaign_id: int) -> bool:
        """Tell whether mails of a campaign may leave at this moment."""
        return campaign_id in self._troubles and clock.uptime() < self._fresh_until

    def list_due(self) -> Sequence[int]:
        """Return the campaigns with mails to send now, oldest first."""
        return [each for each in self._due if self.may_send(each)]

    def has_trouble(self, campaign_id: int) -> bool:
        """Tell whether a trouble of the relay with a campaign was noted."""
        return bool(self._troubles.get(campaign_id))

    def leave_out(self, campaign_id: int) -> None:
        """Believe, until the next look, that nothing of a campaign is due."""
        self._due = [each for each in self._due if each != campaign_id]

    def now(self) -> datetime:
        """Return the time by which the ledger is kept, whatever this machine's clock says."""
        moment, read_at = self._time
        return moment + timedelta(seconds=clock.uptime() - read_at)


def _has_due_batch(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        DeliveryBatch.campaign_id == Campaign.id,
        DeliveryBatch.due_at <= now,
        DeliveryBatch.claimed_by.is_(None),
    )
