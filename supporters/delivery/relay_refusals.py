"""Pauses a campaign when the relay refuses us or too many addresses (REQ-100).

The emails that it refused because of us are requeued.

The relay's answers are counted in the campaign's row, over all senders of all machines.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, select, update

from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import UNFINISHED
from supporters.database import db, in_transaction, transaction
from supporters.delivery.batches import add_counts, lock_batch
from supporters.delivery.completion import settle_returned
from supporters.delivery.models import batches, deliveries
from supporters.delivery.problems import is_refused
from supporters.delivery.rules import (
    LONGER_WINDOW,
    NEARLY_ALL_REFUSED,
    DeliveryStatus,
    RelayAnswers,
    add_answers,
    add_to_longer,
    count_answers,
    must_pause,
)
from supporters.delivery.thresholds.automatic_pause import pause_for_relay, pause_for_threshold
from supporters.delivery.thresholds.threshold_rules import find_too_many_refused
from supporters.delivery.thresholds.threshold_settings import find_thresholds
from supporters.dialects import in_values
from supporters.mailbox_health.mailbox_failures import lock_people, withdraw_failures
from supporters.smtp_replies import OF_A_MAILBOX, is_permanent, refuses_us

log = structlog.get_logger(__name__)


@in_transaction
def record_answers(campaign_id: int, replies: Sequence[str], now: datetime) -> bool:
    """Count the relay's answers; tell whether refused emails must be requeued.

    It is the last step of the transaction that records the answers. While nothing was refused
    recently, the campaign's row is only read.
    """
    latest, all_latest = count_answers(replies), count_answers(replies, LONGER_WINDOW)
    if not all_latest.refusals and not _was_refused_lately(campaign_id):
        return False
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None or campaign.status not in UNFINISHED:
        return False
    if not is_refused(campaign.problem):
        answers = add_answers(_recall(campaign), latest)
        _remember(campaign, answers)
        if not must_pause(answers, campaign.audience or 0):
            _judge_addresses(campaign, all_latest, now)
            return False
        pause_for_relay(campaign, _find_last_reply(replies), now)
    return latest.refusals > 0


def _judge_addresses(campaign: Campaign, latest: RelayAnswers, now: datetime) -> None:
    """Pause a campaign if too many addresses are dead: their emails stay refused."""
    earlier = RelayAnswers(total=campaign.longer_answers, refusals=campaign.longer_refusals)
    answers = add_to_longer(earlier, latest)
    campaign.longer_answers, campaign.longer_refusals = answers.total, answers.refusals
    measure = find_too_many_refused(
        refused=answers.refusals, answers=answers.total, thresholds=find_thresholds()
    )
    if measure is not None:
        pause_for_threshold(campaign, measure, now)


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
    """Reset the counts of answers."""
    _remember(campaign, RelayAnswers())
    campaign.longer_answers = campaign.longer_refusals = 0


def _was_refused_lately(campaign_id: int) -> bool:
    both = Campaign.recent_refusals + Campaign.longer_refusals
    of_late = select(both).where(Campaign.id == campaign_id)
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


def _find_last_reply(replies: Sequence[str]) -> str:
    """Return the last reply that refuses us, or any refusal."""
    refusals = [reply for reply in replies if is_permanent(reply)]
    of_us = [reply for reply in refusals if refuses_us(reply)]
    return (of_us or refusals or ["5xx"])[-1]


def _give_back(campaign_id: int, batch: int, now: datetime, *, is_everybody: bool) -> int:
    """Queue the refused emails of a batch again, whichever sender holds it; return how many.

    They are due from now on: a sender that claimed the batch before doesn't have them in its claim.
    Their people are locked before the ledger, as by an erasure.
    """
    refused = and_(
        deliveries.c.campaign_id == campaign_id,
        deliveries.c.batch == batch,
        deliveries.c.status == DeliveryStatus.REFUSED,
        deliveries.c.reply.like("5%") if is_everybody else _is_refusal_of_us(),
    )
    people = db.session.scalars(select(deliveries.c.subscriber_id).where(refused)).all()
    lock_people(people)
    lock_batch(campaign_id, batch)
    given_back = db.session.scalars(
        update(deliveries)
        .where(refused, in_values(deliveries.c.subscriber_id, people))
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
        withdraw_failures(campaign_id, given_back, now)
        add_counts(campaign_id, batch, {DeliveryStatus.REFUSED: -len(given_back)})
        settle_returned(campaign_id, batch, now)
    return len(given_back)


def _is_refusal_of_us() -> ColumnElement[bool]:
    """Return the SQL condition for replies about us: the same rule as `refuses_us`."""
    reply = deliveries.c.reply
    return and_(reply.like("5%"), *(~reply.like(f"% {code}") for code in sorted(OF_A_MAILBOX)))
