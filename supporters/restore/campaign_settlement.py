"""Settles a campaign by the log of the mail server: of a restored backup, or after a lost machine.

The database doesn't know what was sent after the backup, or by that machine. The people whom the
mail server accepted count as reached; those whose outcome was unknown, and whom it didn't accept,
wait again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any

import structlog
from sqlalchemy import Row, select

from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign, get_campaign, list_campaigns
from supporters.campaigns.states import LAUNCHED
from supporters.database import db, in_transaction, transaction, update_where
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.batches import add_counts, lock_batch, release
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import LEASE, UNSETTLED, DeliveryStatus
from supporters.dialects import in_values
from supporters.restore.lost_time import CLOCKS_DIFFER, LostTime, find_unknown
from supporters.restore.relay_log import RelayLog

log = structlog.get_logger(__name__)
ACCEPTED_CODE = "250"
OPEN = (*UNSETTLED, DeliveryStatus.UNCERTAIN)


class SettleError(Enum):
    """Why a campaign can't be settled."""

    UNKNOWN = auto()
    NOT_PAUSED = auto()
    ALL_KNOWN = auto()
    STILL_CLAIMED = auto()


@dataclass
class Settlement:
    """How many people got the campaign by the log, and how many wait again.

    `known` had a result in the database, `strangers` are not in the audience any more, and of
    `unknown_outcome` the log can't tell whether they got it.
    """

    accepted: int = 0
    requeued: int = 0
    known: int = 0
    strangers: int = 0
    unknown_outcome: int = 0
    others: Counter[int] = field(default_factory=Counter)


def count_absent(campaign: Campaign, relay_log: RelayLog) -> int:
    """Return how many people got a campaign by the database, in the time of the log, and not by it.

    Then the log isn't that of all relays, or has no Message-IDs.
    """
    people = relay_log.accepted.get(campaign.id, {})
    begins_at = relay_log.begins_at
    if begins_at is None or campaign.launched_at is None:
        return 0
    since = begins_at if begins_at <= campaign.launched_at else begins_at + LEASE
    reached = db.session.scalars(
        select(Delivery.subscriber_id).where(
            Delivery.campaign_id == campaign.id,
            Delivery.status == DeliveryStatus.ACCEPTED,
            Delivery.settled_at >= since,
        )
    )
    return sum(each not in people for each in reached)


def settle_campaign(
    campaign_id: int,
    relay_log: RelayLog,
    lost: LostTime,
    *,
    now: datetime,
    is_trial: bool = False,
) -> Settlement | SettleError:
    """Mark the people of a paused campaign whom the mail server accepted.

    It may run again with the same log, or another one. A trial changes nothing.
    """
    if error := find_settle_error(campaign_id):
        return error
    people = relay_log.accepted.get(campaign_id, {})
    since = relay_log.begins_at or now
    done = Settlement(others=_count_unlaunched(campaign_id, relay_log, since))
    knowledge = _find_knowledge(campaign_id, relay_log, lost)
    for number in _list_batches(campaign_id):
        with transaction():
            if not _settle_batch(_Batch(campaign_id, number, knowledge, now), people, done):
                return SettleError.NOT_PAUSED  # somebody resumed it just now
            if is_trial:
                db.session.rollback()
    ours = _count_ours(campaign_id, people)
    done.strangers = len(people) - ours
    done.known = ours - done.accepted
    if not is_trial:
        with transaction():
            details = {"accepted": done.accepted, "requeued": done.requeued}
            record_team_act(DeliveryAct.CAMPAIGN_SETTLED, campaign_id, details=details)
        log.info("campaign.settled", campaign=campaign_id, **details)
    return done


@dataclass(frozen=True)
class _Knowledge:
    """Until when the log has everything since the launch, and when the last attempt was."""

    whole_until: datetime | None
    tried_until: datetime | None

    def covers(self, settled_at: datetime) -> bool:
        """Tell whether the log has all attempts before a result: it may be much later than they."""
        latest = min(settled_at, self.tried_until or settled_at)
        return self.whole_until is not None and latest <= self.whole_until + CLOCKS_DIFFER


def _find_knowledge(campaign_id: int, relay_log: RelayLog, lost: LostTime) -> _Knowledge:
    launched_at = get_campaign(campaign_id).launched_at
    whole_until = launched_at and relay_log.find_end_of_whole(launched_at + CLOCKS_DIFFER)
    return _Knowledge(whole_until, lost.until)


@dataclass(frozen=True)
class _Batch:
    campaign_id: int
    number: int
    knowledge: _Knowledge
    now: datetime


def _is_to_settle(campaign: Campaign | None) -> bool:
    """Tell whether a campaign is paused, and nobody has resumed it."""
    return campaign is not None and campaign.status is CampaignStatus.PAUSED


def find_settle_error(campaign_id: int) -> SettleError | None:
    """Return why a campaign can't be settled; None if it can."""
    campaign = find_campaign(campaign_id)
    if campaign is None:
        return SettleError.UNKNOWN
    if not _is_to_settle(campaign):
        return SettleError.NOT_PAUSED
    if campaign.restored_at is None and find_unknown(campaign_id)[0] is None:
        return SettleError.ALL_KNOWN
    in_hand = select(DeliveryBatch.number).where(
        DeliveryBatch.campaign_id == campaign_id,
        DeliveryBatch.claimed_by.is_not(None),
    )
    if campaign.restored_at is not None:  # the workers of the backup are gone
        in_hand = in_hand.where(DeliveryBatch.revoked_at.is_(None))
    return SettleError.STILL_CLAIMED if db.session.scalar(in_hand.limit(1)) is not None else None


def _list_batches(campaign_id: int) -> Sequence[int]:
    open_ones = select(Delivery.batch).where(
        Delivery.campaign_id == campaign_id, Delivery.status.in_(OPEN)
    )
    return db.session.scalars(open_ones.distinct().order_by(Delivery.batch)).all()


@in_transaction
def _settle_batch(batch: _Batch, people: Mapping[int, datetime], done: Settlement) -> bool:
    """Write the results of a batch; tell whether the campaign still waits for that.

    A claim in it is of a worker that no longer exists.
    """
    holder = lock_batch(batch.campaign_id, batch.number)
    if not _is_to_settle(find_campaign(batch.campaign_id, for_update=True)):
        return False
    rows = db.session.execute(
        select(Delivery.subscriber_id, Delivery.status, Delivery.settled_at).where(
            Delivery.campaign_id == batch.campaign_id,
            Delivery.batch == batch.number,
            Delivery.status.in_(OPEN),
        )
    ).all()
    reached = [row for row in rows if row.subscriber_id in people]
    doubted = [
        row
        for row in rows
        if row.status is DeliveryStatus.UNCERTAIN and row.subscriber_id not in people
    ]
    again = [row for row in doubted if row.settled_at and batch.knowledge.covers(row.settled_at)]
    if reached:
        latest = max(people[row.subscriber_id] for row in reached)
        accepted = {"status": DeliveryStatus.ACCEPTED, "settled_at": latest, "reply": ACCEPTED_CODE}
        _write(batch, reached, attempts=Delivery.attempts + 1, **accepted)
    if again:
        _write(batch, again, status=DeliveryStatus.QUEUED, settled_at=None, reply=None)
    changes = Counter({DeliveryStatus.ACCEPTED: len(reached)})
    changes.subtract(row.status for row in (*reached, *again))
    if holder is None:
        add_counts(batch.campaign_id, batch.number, changes)
    else:
        release(batch.campaign_id, batch.number, changes, sender=holder)
    done.accepted += len(reached)
    done.requeued += len(again)
    done.unknown_outcome += len(doubted) - len(again)
    return True


def _write(batch: _Batch, rows: Sequence[Row[*tuple[Any, ...]]], **values: Any) -> None:
    """Write the same values for some deliveries of a batch."""
    update_where(
        Delivery,
        Delivery.campaign_id == batch.campaign_id,
        Delivery.batch == batch.number,
        in_values(Delivery.subscriber_id, [row.subscriber_id for row in rows]),
        left_by=None,
        next_attempt_at=batch.now,
        **values,
    )


def _count_ours(campaign_id: int, people: Mapping[int, datetime]) -> int:
    """Return how many of these people are in the audience."""
    rows = db.session.scalars(
        select(Delivery.subscriber_id).where(Delivery.campaign_id == campaign_id)
    )
    return sum(each in people for each in rows)


def _count_unlaunched(campaign_id: int, relay_log: RelayLog, since: datetime) -> Counter[int]:
    """Return the campaigns in the log that this database doesn't have as launched."""
    launched = {each.id for each, _ in list_campaigns() if each.status in LAUNCHED}
    others = relay_log.count_others(campaign_id, since)
    return Counter(
        {each: count for each, count in others.items() if count and each not in launched}
    )
