"""Records what became of the mails of a claimed batch, and lets go of it: one transaction."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, update

from supporters.campaigns.models import Campaign
from supporters.campaigns.rules import CampaignStatus
from supporters.database import db, is_one_of, transaction
from supporters.delivery.batches import Changes, count, let_go, lock_batch
from supporters.delivery.cancelling import skip_batch
from supporters.delivery.claiming import Claim, Recipient
from supporters.delivery.finishing import reopen
from supporters.delivery.history import note_attempts
from supporters.delivery.models import deliveries
from supporters.delivery.rules import (
    UNSETTLED,
    DeliveryStatus,
    next_attempt,
    status_after,
)
from supporters.delivery.transport import Reply

Result = tuple[Recipient, Reply]


class _NotHeld(Exception):
    """The claim was taken for dead, and the batch let go of."""


def record_batch(claim: Claim, results: Sequence[Result], *, now: datetime) -> None:
    """Write what became of each mail of a claim; those not tried stay as they are.

    When the claim was taken for dead meanwhile, what was then called uncertain is corrected: the
    lane that sent the mails knows.
    """
    try:
        with transaction():
            status = _lock_campaign(claim.campaign_id)
            _let_go(claim, _write(claim, results, now=now))
            _fit_in(claim, status, now)
    except _NotHeld:
        _correct(claim, results, now=now)


def _let_go(claim: Claim, changes: Changes) -> None:
    if not let_go(claim.campaign_id, claim.batch, changes, lane=claim.lane):
        raise _NotHeld


def _correct(claim: Claim, results: Sequence[Result], *, now: datetime) -> None:
    """Correct what was called uncertain; whoever holds the batch by now keeps it."""
    with transaction():
        status = _lock_campaign(claim.campaign_id)
        holder = lock_batch(claim.campaign_id, claim.batch)
        changes = _write(claim, _take_back(claim, results), now=now)
        count(claim.campaign_id, claim.batch, changes)
        if holder is None:
            _fit_in(claim, status, now)


def _fit_in(claim: Claim, status: CampaignStatus | None, now: datetime) -> None:
    """Deal with mails that come back to a campaign which is no longer running."""
    if status is CampaignStatus.CANCELLED:
        skip_batch(claim.campaign_id, claim.batch, now)
    elif status is CampaignStatus.SENT:
        reopen(claim.campaign_id)


def _lock_campaign(campaign_id: int) -> CampaignStatus | None:
    """Return the state of a campaign, which then nobody can change until we are done."""
    return db.session.scalar(
        select(Campaign.status).where(Campaign.id == campaign_id).with_for_update(read=True)
    )


def _take_back(claim: Claim, results: Sequence[Result]) -> list[Result]:
    """Make what our lane was said to have left uncertain unsettled again; return those results."""
    doubted = db.session.scalars(
        update(deliveries)
        .where(
            deliveries.c.campaign_id == claim.campaign_id,
            deliveries.c.batch == claim.batch,
            deliveries.c.status == DeliveryStatus.UNCERTAIN,
            deliveries.c.left_by == claim.lane,
        )
        .values(
            status=DeliveryStatus.QUEUED,
            attempts=deliveries.c.attempts - 1,
            left_by=None,
            settled_at=None,
            reply=None,
        )
        .returning(deliveries.c.subscriber_id)
    ).all()
    count(claim.campaign_id, claim.batch, {DeliveryStatus.UNCERTAIN: -len(doubted)})
    ours = {*doubted}
    return [
        (to._replace(is_deferred=False), reply) for to, reply in results if to.subscriber_id in ours
    ]


def _write(claim: Claim, results: Sequence[Result], *, now: datetime) -> Changes:
    """Write the results, those alike in one statement; return how the batch's counts change."""
    alike: dict[_Ending, list[int]] = defaultdict(list)
    were_deferred = 0
    for to, reply in results:
        ending = _ending(to, reply)
        if ending is not None:
            alike[ending].append(to.subscriber_id)
            were_deferred += to.is_deferred
    tried: Counter[DeliveryStatus] = Counter()
    for ending, subscriber_ids in alike.items():
        tried[ending.status] += len(subscriber_ids)
        _write_alike(claim, subscriber_ids, _values(ending, claim.lane, now))
    note_attempts(claim.campaign_id, tried, now)
    tried[DeliveryStatus.DEFERRED] -= were_deferred
    return tried


class _Ending(NamedTuple):
    """How an attempt ended; `attempts` only counts for one that is tried again."""

    status: DeliveryStatus
    code: str
    attempts: int


def _ending(to: Recipient, reply: Reply) -> _Ending | None:
    attempts = to.attempts + 1
    status = status_after(reply.outcome, attempts)
    if status is None:
        return None
    return _Ending(status, reply.code, attempts if status is DeliveryStatus.DEFERRED else 0)


def _values(ending: _Ending, lane: str, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "status": ending.status,
        "attempts": deliveries.c.attempts + 1,
        "reply": ending.code,
    }
    if ending.status is DeliveryStatus.DEFERRED:
        return {**values, "next_attempt_at": next_attempt(ending.attempts, now)}
    left_by = lane if ending.status is DeliveryStatus.UNCERTAIN else None
    return {**values, "settled_at": now, "left_by": left_by}


def _write_alike(claim: Claim, subscriber_ids: Sequence[int], values: dict[str, Any]) -> None:
    db.session.execute(
        update(deliveries)
        .where(
            deliveries.c.campaign_id == claim.campaign_id,
            is_one_of(deliveries.c.subscriber_id, subscriber_ids),
            deliveries.c.status.in_(UNSETTLED),
        )
        .values(**values)
    )
