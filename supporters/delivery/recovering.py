"""Recovers what a lane had in hand when it ended: its journal says what became of each mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, select

from supporters.database import db
from supporters.delivery.claiming import Claim, Recipient
from supporters.delivery.journal_reading import (
    CUT_OFF,
    NOT_TRIED,
    JournalUnreadable,
    read_journal,
)
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.recording import record_batch
from supporters.delivery.rules import LEASE, UNSETTLED, DeliveryStatus, Outcome
from supporters.delivery.transport import Reply
from supporters.delivery.workers import bury_worker, list_dead_workers, worker_folder

log = structlog.get_logger(__name__)


def recover_dead(now: datetime) -> None:
    """Record what the dead workers of this instance folder had in hand, and let go of it.

    Nobody else can do so: their journals are here.
    """
    for worker in list_dead_workers():
        _recover(DeliveryBatch.claimed_by.startswith(f"{worker.name}-", autoescape=True), now)
        bury_worker(worker)


def recover_silent(now: datetime) -> None:
    """Do the same for lanes that nothing was heard of for an hour: frozen, or on a lost machine."""
    _recover(DeliveryBatch.claimed_at < now - LEASE, now)


def _recover(condition: ColumnElement[bool], now: datetime) -> None:
    claims = db.session.scalars(
        select(DeliveryBatch).where(DeliveryBatch.claimed_by.is_not(None), condition)
    ).all()
    db.session.expunge_all()
    for claim in claims:
        recipients = _list_in_hand(claim, now)
        judged = _judge(claim, recipients)
        results = [(to, judged.get(to.subscriber_id, NOT_TRIED)) for to in recipients]
        held = Claim(
            campaign_id=claim.campaign_id,
            batch=claim.number,
            lane=str(claim.claimed_by),
            recipients=recipients,
        )
        record_batch(held, results, now=now)
        _log(held, judged)


def _list_in_hand(claim: DeliveryBatch, now: datetime) -> list[Recipient]:
    rows = db.session.execute(
        select(Delivery.subscriber_id, Delivery.attempts, Delivery.status)
        .where(
            Delivery.campaign_id == claim.campaign_id,
            Delivery.batch == claim.number,
            Delivery.status.in_(UNSETTLED),
            Delivery.next_attempt_at <= claim.claimed_at,
        )
        .order_by(Delivery.subscriber_id)
    )
    return [
        Recipient(
            subscriber_id=subscriber_id,
            address="",
            given_name=None,
            subscribed_at=now,
            attempts=attempts,
            is_deferred=status is DeliveryStatus.DEFERRED,
        )
        for subscriber_id, attempts, status in rows
    ]


def _judge(claim: DeliveryBatch, recipients: Sequence[Recipient]) -> Mapping[int, Reply]:
    """Return what became of the mails; those that it doesn't name weren't tried."""
    try:
        journalled = read_journal(worker_folder(), str(claim.claimed_by))
    except JournalUnreadable:
        return {to.subscriber_id: CUT_OFF for to in recipients}
    if journalled is None or (journalled.campaign_id, journalled.batch) != (
        claim.campaign_id,
        claim.number,
    ):
        return {}  # the claim was made, and nothing of it begun
    return journalled.judge()


def _log(claim: Claim, judged: Mapping[int, Reply]) -> None:
    uncertain = sum(reply.outcome is Outcome.UNCERTAIN for reply in judged.values())
    log.warning(
        "delivery.recovered",
        campaign=claim.campaign_id,
        batch=claim.batch,
        lane=claim.lane,
        mails=len(claim.recipients),
        uncertain=uncertain,
    )
