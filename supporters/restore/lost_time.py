"""The time of which the database of a restored or interrupted campaign knows nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.models import Campaign
from supporters.database import db
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.known_machines.journal_machines import WORKED_UNTIL
from supporters.delivery.models import Delivery, DeliveryInterval
from supporters.delivery.rules import LEASE, DeliveryStatus
from supporters.restore.journal_rebuild import RestoreAct
from supporters.restore.relay_log import RelayLog

CLOCKS_DIFFER = timedelta(seconds=10)
MADE_AT = "made_at"


@dataclass(frozen=True)
class LostTime:
    """The time of which the database knows nothing: the log must cover it.

    `until` is when the former machines are known to have worked last; None if nothing tells it.
    """

    since: datetime
    until: datetime | None


def find_lost_time(campaign: Campaign) -> LostTime:
    """Return the time that a campaign lacks.

    Of a restored one: the backup is as old as its last recorded attempt, or newer, if `flask
    restore` recorded when it was made. The lost time begins an hour before: a batch that was
    claimed by then has its results later. Of another one it is that of the unknown outcomes, which
    were claimed at most an hour before they counted as such.
    """
    restored_at = campaign.restored_at or campaign.updated_at
    launched_at = campaign.launched_at or restored_at
    if campaign.restored_at is None:
        first, last = find_unknown(campaign.id)
        return LostTime(max(launched_at, (first or restored_at) - LEASE), last or restored_at)
    last = db.session.scalar(
        select(func.max(DeliveryInterval.started_at)).where(
            DeliveryInterval.campaign_id == campaign.id, DeliveryInterval.started_at < restored_at
        )
    )
    made_at = _newest_moment(RestoreAct.RESTORED, MADE_AT, launched_at)
    backed_up_at = max(filter(None, (launched_at, last, made_at)))
    until = _newest_moment(DeliveryAct.WITHDRAWALS_REPLAYED, WORKED_UNTIL, restored_at)
    return LostTime(max(launched_at, backed_up_at - LEASE), until and max(until, backed_up_at))


def find_unknown(campaign_id: int) -> tuple[datetime | None, datetime | None]:
    """Return when the first and the last outcome of a campaign were found to be unknown."""
    ends = select(func.min(Delivery.settled_at), func.max(Delivery.settled_at)).where(
        Delivery.campaign_id == campaign_id, Delivery.status == DeliveryStatus.UNCERTAIN
    )
    first, last = db.session.execute(ends).one()
    return first, last


def list_gaps(relay_log: RelayLog, lost: LostTime) -> Iterator[tuple[datetime, datetime]]:
    """Yield each part of the lost time that the log doesn't cover."""
    until = lost.until or lost.since
    begins_at, ends_at = relay_log.begins_at or until, relay_log.ends_at or lost.since
    if begins_at > lost.since + CLOCKS_DIFFER:
        yield lost.since, begins_at
    for start, end in (*relay_log.silences, *((each, each) for each in relay_log.losses)):
        if start <= until and end >= lost.since:
            yield start, end
    if ends_at < until - CLOCKS_DIFFER:
        yield ends_at, until


def _newest_moment(act: DeliveryAct | RestoreAct, name: str, since: datetime) -> datetime | None:
    """Return the latest moment in the details of an act that was done since a time."""
    rows = db.session.scalars(
        select(AuditEvent.details).where(
            AuditEvent.act == act.value, AuditEvent.occurred_at >= since
        )
    )
    found = (datetime.fromisoformat(each) for row in rows if (each := json.loads(row).get(name)))
    return max(found, default=None)
