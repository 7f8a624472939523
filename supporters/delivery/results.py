"""Records the results of a claimed batch, and releases it: one transaction."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from supporters.database import db, transaction
from supporters.delivery.batches import Changes, add_counts, lock_batch, release
from supporters.delivery.claims import Claim, Recipient
from supporters.delivery.completion import settle_returned
from supporters.delivery.health.mailbox_results import lock_concerned, record_health
from supporters.delivery.machines import sign_work
from supporters.delivery.models import deliveries
from supporters.delivery.pace.pace_results import record_pace
from supporters.delivery.progress import record_attempts
from supporters.delivery.relay_refusals import record_answers, requeue_refused
from supporters.delivery.rules import UNSETTLED, DeliveryStatus, next_attempt, status_after
from supporters.dialects import in_values
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply

Result = tuple[Recipient, RelayReply]


class _NotHeld(Exception):
    """The sender was taken for dead, and its batch was released."""


def record_batch(claim: Claim, results: Sequence[Result], *, now: datetime) -> None:
    """Write the result of each email of a claim; those not tried stay as they are.

    The sender itself calls it. If its claim was taken over meanwhile, results recorded as
    uncertain are corrected: the sender knows them.
    """
    if not record_for_ended_sender(claim, results, now=now):
        _correct(claim, results, now=now)


def record_for_ended_sender(claim: Claim, results: Sequence[Result], *, now: datetime) -> bool:
    """Do the same for a sender that ended; tell whether it still held the batch.

    If not, nothing is written: another process was first, or the sender itself.
    """
    try:
        with transaction():
            lock_concerned(results)
            _release(claim, _write(claim, results, now=now))
            must_give_back = _judge(claim, results, now)
            record_health(claim.campaign_id, results, now, must_give_back=must_give_back)
            settle_returned(claim.campaign_id, claim.batch, now)
            record_pace(claim, results, now)
            sign_work(now)
    except _NotHeld:
        return False
    if must_give_back:
        requeue_refused(claim.campaign_id, now)
    return True


def _release(claim: Claim, changes: Changes) -> None:
    if not release(claim.campaign_id, claim.batch, changes, sender=claim.sender):
        raise _NotHeld


def _correct(claim: Claim, results: Sequence[Result], *, now: datetime) -> None:
    """Correct results that were recorded as uncertain; the present holder keeps the batch."""
    with transaction():
        lock_concerned(results)
        holder = lock_batch(claim.campaign_id, claim.batch)
        corrected = _reopen(claim, results)
        add_counts(claim.campaign_id, claim.batch, _write(claim, corrected, now=now))
        must_give_back = _judge(claim, corrected, now)
        record_health(claim.campaign_id, corrected, now, must_give_back=must_give_back)
        if holder is None:
            settle_returned(claim.campaign_id, claim.batch, now)
    if must_give_back:
        requeue_refused(claim.campaign_id, now)


def _judge(claim: Claim, results: Sequence[Result], now: datetime) -> bool:
    """Pause the campaign if the relay refuses us; tell whether emails must be requeued."""
    answers = [reply.code for _, reply in results if reply.outcome is not AttemptOutcome.NOT_TRIED]
    return record_answers(claim.campaign_id, answers, now)


def _reopen(claim: Claim, results: Sequence[Result]) -> list[Result]:
    """Reopen the results that were recorded as uncertain for our sender; return those results."""
    in_hand = [to.subscriber_id for to in (*claim.recipients, *claim.beyond_rate)]
    doubted = db.session.scalars(
        update(deliveries)
        .where(
            deliveries.c.campaign_id == claim.campaign_id,
            deliveries.c.batch == claim.batch,
            in_values(deliveries.c.subscriber_id, in_hand),
            deliveries.c.status == DeliveryStatus.UNCERTAIN,
            deliveries.c.left_by == claim.sender,
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
    add_counts(claim.campaign_id, claim.batch, {DeliveryStatus.UNCERTAIN: -len(doubted)})
    ours = {*doubted}
    return [
        (to._replace(is_deferred=False), reply) for to, reply in results if to.subscriber_id in ours
    ]


def _write(claim: Claim, results: Sequence[Result], *, now: datetime) -> Changes:
    """Write the results, equal ones in one statement; return how the batch's counts change."""
    alike: dict[tuple[RelayReply, int], list[Recipient]] = defaultdict(list)
    for to, reply in results:
        alike[reply, to.attempts + 1].append(to)
    tried: Counter[DeliveryStatus] = Counter()
    were_deferred = 0
    for (reply, attempts), recipients in alike.items():
        status = status_after(reply.outcome, attempts)
        if status is None:
            continue
        tried[status] += len(recipients)
        were_deferred += sum(to.is_deferred for to in recipients)
        values = {"status": status, "attempts": attempts, "reply": reply.code}
        timing = _timing(status, attempts, now)
        left_by = claim.sender if status is DeliveryStatus.UNCERTAIN else None
        _write_alike(claim, recipients, {**values, **timing, "left_by": left_by})
    record_attempts(claim.campaign_id, tried, now)
    tried[DeliveryStatus.DEFERRED] -= were_deferred
    return tried


def _timing(status: DeliveryStatus, attempts: int, now: datetime) -> dict[str, datetime]:
    if status is DeliveryStatus.DEFERRED:
        return {"next_attempt_at": next_attempt(attempts, now)}
    return {"settled_at": now}


def _write_alike(claim: Claim, recipients: Sequence[Recipient], values: dict[str, Any]) -> None:
    subscriber_ids = [to.subscriber_id for to in recipients]
    db.session.execute(
        update(deliveries)
        .where(
            deliveries.c.campaign_id == claim.campaign_id,
            deliveries.c.batch == claim.batch,  # so that no plan reads the whole campaign
            in_values(deliveries.c.subscriber_id, subscriber_ids),
            deliveries.c.status.in_(UNSETTLED),
        )
        .values(**values)
    )
