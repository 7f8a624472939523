"""Pauses a campaign when the relay refuses us, and requeues the refused emails (REQ-100).

The relay's answers are counted in the campaign's row, over all senders of all machines.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, select, update

from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, UNFINISHED, CampaignMove
from supporters.database import db, in_transaction, transaction
from supporters.delivery.batches import add_counts, lock_batch
from supporters.delivery.completion import settle_returned
from supporters.delivery.models import batches, deliveries
from supporters.delivery.problems import ProblemKind, is_paused_by_itself, is_refused
from supporters.delivery.rules import (
    NEARLY_ALL_REFUSED,
    DeliveryStatus,
    RelayAnswers,
    add_answers,
    count_answers,
    must_pause,
)
from supporters.smtp_replies import OF_A_MAILBOX, is_permanent, refuses_us

log = structlog.get_logger(__name__)


@in_transaction
def record_answers(campaign_id: int, replies: Sequence[str], now: datetime) -> bool:
    """Count the relay's answers; tell whether refused emails must be requeued.

    It is the last step of the transaction that records the answers. While nothing was refused
    recently, the campaign's row is only read.
    """
    latest = count_answers(replies)
    if not latest.refusals and not _was_refused_lately(campaign_id):
        return False
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None or campaign.status not in UNFINISHED:
        return False
    if not is_refused(campaign.problem):
        answers = add_answers(_recall(campaign), latest)
        _remember(campaign, answers)
        if not must_pause(answers, campaign.audience or 0):
            return False
        _hold(campaign, replies, now)
    return latest.refusals > 0


def record_refused_session(campaign_id: int, reply: str, now: datetime) -> None:
    """Count a session that the relay refused before any message; nothing must be requeued."""
    with transaction():
        record_answers(campaign_id, [reply], now)


def requeue_refused(campaign_id: int, now: datetime) -> None:
    """Requeue the emails that the relay refused because of us, a batch at a time.

    If the relay rejected nearly every mailbox, those emails are requeued too. It may run twice.
    """
    with transaction():
        campaign = find_campaign(campaign_id)
        is_everybody = campaign is not None and campaign.recent_refusals >= NEARLY_ALL_REFUSED
        numbers = db.session.scalars(
            select(batches.c.number)
            .where(batches.c.campaign_id == campaign_id, batches.c.refused > 0)
            .order_by(batches.c.number)
        ).all()
    given_back = 0
    for batch in numbers:
        with transaction():
            given_back += _give_back(campaign_id, batch, now, is_everybody=is_everybody)
    if given_back:
        log.info("delivery.given_back", campaign=campaign_id, mails=given_back)


@in_transaction
def reset_answers(campaign: Campaign) -> None:
    """Reset the count of answers."""
    _remember(campaign, RelayAnswers())


def _was_refused_lately(campaign_id: int) -> bool:
    of_late = select(Campaign.recent_refusals).where(Campaign.id == campaign_id)
    return bool(db.session.scalar(of_late))


def _recall(campaign: Campaign) -> RelayAnswers:
    return RelayAnswers(
        total=campaign.recent_answers,
        refusals=campaign.recent_refusals,
        refusals_of_us=campaign.recent_refusals_of_us,
    )


def _remember(campaign: Campaign, answers: RelayAnswers) -> None:
    campaign.recent_answers = answers.total
    campaign.recent_refusals = answers.refusals
    campaign.recent_refusals_of_us = answers.refusals_of_us


def _hold(campaign: Campaign, replies: Sequence[str], now: datetime) -> None:
    """Pause a campaign, and record the relay's reply; a pause for disputes takes precedence."""
    if CAMPAIGN_STATES.allows(campaign.status, CampaignMove.PAUSE):
        CAMPAIGN_STATES.transition(campaign, CampaignMove.PAUSE)
    refusals = [reply for reply in replies if is_permanent(reply)]
    of_us = [reply for reply in refusals if refuses_us(reply)]
    said = (of_us or refusals or ["5xx"])[-1]
    if not is_paused_by_itself(campaign.problem):
        campaign.problem, campaign.problem_at = f"{ProblemKind.REFUSED}: {said}", now
    log.warning("campaign.refused", campaign=campaign.id, reply=said)


def _give_back(campaign_id: int, batch: int, now: datetime, *, is_everybody: bool) -> int:
    """Queue the refused emails of a batch again, whichever sender holds it; return how many.

    They are due from now on: a sender that claimed the batch before doesn't have them in its claim.
    """
    lock_batch(campaign_id, batch)
    given_back = db.session.scalars(
        update(deliveries)
        .where(
            deliveries.c.campaign_id == campaign_id,
            deliveries.c.batch == batch,
            deliveries.c.status == DeliveryStatus.REFUSED,
            deliveries.c.reply.like("5%") if is_everybody else _is_refusal_of_us(),
        )
        .values(
            status=DeliveryStatus.QUEUED,
            attempts=deliveries.c.attempts - 1,
            next_attempt_at=now,
            settled_at=None,
            reply=None,
        )
        .returning(deliveries.c.subscriber_id)
    ).all()
    if given_back:
        add_counts(campaign_id, batch, {DeliveryStatus.REFUSED: -len(given_back)})
        settle_returned(campaign_id, batch, now)
    return len(given_back)


def _is_refusal_of_us() -> ColumnElement[bool]:
    """Return the SQL condition for replies about us: the same rule as `refuses_us`."""
    reply = deliveries.c.reply
    return and_(reply.like("5%"), *(~reply.like(f"% {code}") for code in sorted(OF_A_MAILBOX)))
