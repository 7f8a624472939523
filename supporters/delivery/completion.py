"""Ends a campaign when every email is settled and the ledger adds up."""

from collections import Counter
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, exists, false, func, or_, select

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.database import db, in_transaction, transaction, update_where, use_case
from supporters.delivery.batches import skip_unsettled
from supporters.delivery.models import Delivery, DeliveryBatch, DeliveryErased
from supporters.delivery.problems import PAUSES
from supporters.delivery.rules import UNSETTLED, DeliveryStatus, SkipReason
from supporters.delivery.sealed_ledgers.ledger_sealing import open_ledger

log = structlog.get_logger(__name__)
COUNTED = [status for status in DeliveryStatus if status is not DeliveryStatus.QUEUED]


def finish_if_done(campaign_id: int) -> bool:
    """Set a running campaign to sent when each email is settled; tell whether it was done.

    The rows are counted one by one against the audience and the counts of the batches. If they
    disagree the campaign isn't set to sent, and its problem says why.
    """
    if _is_open(campaign_id):
        return False
    with transaction():
        campaign = find_campaign(campaign_id, for_update=True)
        if campaign is None or not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.FINISH):
            return False
        if _is_open(campaign_id):
            return False
        if why := _find_disagreement(campaign):
            campaign.problem, campaign.problem_at = why, clock.now()
            log.error("campaign.does_not_add_up", campaign=campaign_id, why=why)
            return False
        CAMPAIGN_STATES.transition(campaign, CampaignMove.FINISH)
        campaign.finished_at = clock.now()
        campaign.problem = campaign.problem_at = None
    log.info("campaign.sent", campaign=campaign_id)
    return True


@in_transaction
def settle_returned(campaign_id: int, batch: int, now: datetime) -> None:
    """Skip or send the returned emails of a batch whose campaign isn't running any more.

    It runs in the transaction that returns them. The campaign's lock is taken last and held only
    briefly: many senders record at once, and a pause or a cancellation must get its turn.
    """
    status = db.session.scalar(
        select(Campaign.status).where(Campaign.id == campaign_id).with_for_update(read=True)
    )
    if status is CampaignStatus.CANCELLED:
        skip_unsettled(campaign_id, batch, reason=SkipReason.CANCELLED, now=now)
        open_ledger(campaign_id, now)
    elif status is not None and CAMPAIGN_STATES.allows(status, CampaignMove.REOPEN):
        _reopen(campaign_id)
        open_ledger(campaign_id, now)


def _reopen(campaign_id: int) -> None:
    """Reopen a campaign that ended while a worker that was taken for dead held emails of it."""
    update_where(
        Campaign,
        Campaign.id == campaign_id,
        Campaign.status.in_(CAMPAIGN_STATES.sources(CampaignMove.REOPEN)),
        _has_open_batch(campaign_id),
        status=CAMPAIGN_STATES.target(CampaignMove.REOPEN),
        finished_at=None,
    )


@use_case
def record_problem(campaign_id: int, problem: str | None) -> None:
    """Keep the relay's problem with a campaign, or delete it once emails are sent again.

    A problem that paused the campaign stays until a person resumes it.
    """
    is_paused = or_(*(Campaign.problem.startswith(f"{kind}:") for kind in PAUSES))
    update_where(
        Campaign,
        Campaign.id == campaign_id,
        func.coalesce(is_paused, False) == false(),
        problem=problem,
        problem_at=clock.now() if problem else None,
    )


def _is_open(campaign_id: int) -> bool:
    return bool(db.session.scalar(select(_has_open_batch(campaign_id))))


def _has_open_batch(campaign_id: int) -> ColumnElement[bool]:
    """Return the condition that a batch has an unsettled email."""
    return exists().where(
        DeliveryBatch.campaign_id == campaign_id, DeliveryBatch.due_at.is_not(None)
    )


def _find_disagreement(campaign: Campaign) -> str:
    """Return in a few words what doesn't add up in the ledger; empty if it adds up."""
    counted = _count_rows(campaign.id)
    total = sum(counted.values())
    if total != campaign.audience:
        return f"ledger: {total} rows for {campaign.audience} people"
    sums = db.session.execute(
        select(*(func.sum(getattr(DeliveryBatch, each.value)) for each in COUNTED)).where(
            DeliveryBatch.campaign_id == campaign.id
        )
    ).one()
    for status, number in zip(COUNTED, sums, strict=True):
        if counted.get(status, 0) != (number or 0):
            return f"ledger: {counted.get(status, 0)} {status.value}, counted {number or 0}"
    unsettled = sum(counted.get(status, 0) for status in UNSETTLED)
    return f"ledger: {unsettled} unsettled" if unsettled else ""


def _count_rows(campaign_id: int) -> Counter[DeliveryStatus]:
    """Count the rows of the ledger, those of erased people included."""
    there = (
        select(Delivery.status, func.count().label("mails"))
        .where(Delivery.campaign_id == campaign_id)
        .group_by(Delivery.status)
    )
    erased = select(DeliveryErased.status, DeliveryErased.mails).where(
        DeliveryErased.campaign_id == campaign_id
    )
    counted: Counter[DeliveryStatus] = Counter()
    for status, mails in (*db.session.execute(there), *db.session.execute(erased)):
        counted[status] += int(mails)
    return counted
