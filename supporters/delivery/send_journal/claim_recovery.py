"""Recovers what senders that ended had claimed: their journals have the result of each email."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.exc import SQLAlchemyError

from supporters import clock
from supporters.database import db, update_where, use_case
from supporters.delivery.audience_verification import begin_anew
from supporters.delivery.claims import Claim, Recipient
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.results import record_for_ended_sender
from supporters.delivery.rules import LEASE, REVOCATION_GRACE, UNSETTLED, DeliveryStatus
from supporters.delivery.send_journal.worker_registry import (
    DeadWorker,
    forget_worker,
    list_dead_workers,
    worker_folder,
    workers_of,
)
from supporters.logs import log_failure
from supporters.mail.outbox_results import record_for_dead_worker
from supporters.mail.queries import list_workers_with_emails
from supporters.people.models import Subscriber
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.send_journal import (
    NOT_TRIED,
    OF_CAMPAIGNS,
    OF_EMAILS,
    JournalledAttempts,
    judge_emails,
    read_journal,
)
from supporters.smtp_relay.transport import RelayReply

log = structlog.get_logger(__name__)


def recover_dead_workers(now: datetime) -> bool:
    """Record the results of this instance folder's dead workers, and release their claims.

    No other machine can do so: the journals are here. Return whether the outbox has all results.
    """
    has_all = True
    for worker in list_dead_workers():
        if worker.is_news:
            begin_anew()
        _recover(DeliveryBatch.claimed_by.startswith(f"{worker.name}-", autoescape=True), now)
        if _recover_emails(worker):
            forget_worker(worker)
        else:
            has_all = False
    return has_all


def recover_silent_senders(now: datetime) -> None:
    """Do the same for senders that were silent for an hour: stopped, or on a lost machine.

    Their claims are revoked first, and recovered some seconds later: a sender that still lives
    sees it before its next email, or has that email in its journal by then.
    """
    _recover(DeliveryBatch.revoked_at < now - REVOCATION_GRACE, now)
    _revoke(DeliveryBatch.claimed_at < now - LEASE, now)


@dataclass(frozen=True)
class RecoveredClaims:
    """How many batches and emails of a lost machine were settled."""

    batches: int
    emails: int


def recover_lost_machine(machine: str, now: datetime, here: datetime) -> RecoveredClaims:
    """Settle what the workers of a lost machine had claimed: without its journals, as uncertain.

    `now` is the time of the ledger, `here` that of this machine. The machine can't be back: a
    sender that can't reach the database stops within seconds.
    """
    prefix = workers_of(machine)
    held = DeliveryBatch.claimed_by.startswith(prefix, autoescape=True)
    batches = db.session.scalar(select(func.count()).select_from(DeliveryBatch).where(held)) or 0
    _revoke(held, now)
    _recover(held, now)
    judge = partial(judge_emails, [JournalledAttempts(is_sound=False)])
    emails = 0
    for worker in list_workers_with_emails(prefix):
        emails += len(record_for_dead_worker(worker, judge, here))
    return RecoveredClaims(batches, emails)


def revoke_all_claims(now: datetime) -> None:
    """Revoke every claim, so that no further email is begun: a restore has no workers left."""
    _revoke(true(), now)


def end_all_claims(now: datetime) -> None:
    """End every claim at once: it was in a backup, and the database has had no worker since."""
    _revoke(true(), now)
    _recover(true(), now)


@use_case
def _revoke(condition: ColumnElement[bool], now: datetime) -> None:
    """Let the senders that hold such batches begin no further email of them."""
    is_held = DeliveryBatch.claimed_by.is_not(None), DeliveryBatch.revoked_at.is_(None)
    update_where(DeliveryBatch, *is_held, condition, revoked_at=now)


def _recover_emails(worker: DeadWorker) -> bool:
    """Record the results of a dead worker's emails; tell whether the outbox has all of them.

    An email whose body was not sent is put back, and one that may have been sent is sent once
    more, later, and no oftener (REQ-86). It may run often and in parallel.
    """
    paths = sorted(worker_folder().glob(f"{worker.name}-*{OF_EMAILS}"))
    read = [(path, read_journal(path)) for path in paths]  # before the claims: then they may go
    journals = [journal for path, journal in read if journal.is_sound or path.exists()]
    judge = partial(judge_emails, journals)
    try:
        results = record_for_dead_worker(worker.name, judge, clock.now())
    except SQLAlchemyError as error:
        log_failure("emails.not_recovered", error, worker=worker.name)
        return False
    for email_id, reply in results.items():
        log.warning("email.recovered", email_id=email_id, fate=reply.outcome.name.lower())
    for path in paths:
        path.unlink(missing_ok=True)
    return True


def _recover(condition: ColumnElement[bool], now: datetime) -> None:
    claims = db.session.scalars(
        select(DeliveryBatch).where(DeliveryBatch.claimed_by.is_not(None), condition)
    ).all()
    db.session.expunge_all()
    for claim in claims:
        try:
            _recover_one(claim, now)
        except SQLAlchemyError as error:
            log_failure("delivery.not_recovered", error, campaign=claim.campaign_id)


def _recover_one(claim: DeliveryBatch, now: datetime) -> None:
    held = Claim(
        campaign_id=claim.campaign_id,
        batch=claim.number,
        sender=str(claim.claimed_by),
        recipients=_list_claimed(claim, now),
    )
    judged = _judge(held)
    results = [(to, judged.get(to.subscriber_id, NOT_TRIED)) for to in held.recipients]
    if record_for_ended_sender(held, results, now=now):
        _log(held, judged)


def _list_claimed(claim: DeliveryBatch, now: datetime) -> list[Recipient]:
    rows = db.session.execute(
        select(
            *(Delivery.subscriber_id, Delivery.attempts, Delivery.status, Delivery.purpose_id),
            Subscriber.failed_at.is_not(None),
        )
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
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
            language="",
            purpose_id=purpose_id,
            has_failed=has_failed,
        )
        for subscriber_id, attempts, status, purpose_id, has_failed in rows
    ]


def _judge(claim: Claim) -> Mapping[int, RelayReply]:
    """Return the results of the emails; those that the journal doesn't name weren't tried."""
    journalled = read_journal(worker_folder() / f"{claim.sender}{OF_CAMPAIGNS}")
    if (journalled.campaign_id, journalled.batch) == (claim.campaign_id, claim.batch):
        return journalled.judge()
    of_another = JournalledAttempts(is_sound=journalled.is_sound)  # its lines are about other mail
    return judge_emails([of_another], [to.subscriber_id for to in claim.recipients])


def _log(claim: Claim, judged: Mapping[int, RelayReply]) -> None:
    uncertain = sum(reply.outcome is AttemptOutcome.UNCERTAIN for reply in judged.values())
    log.warning(
        "delivery.recovered",
        campaign=claim.campaign_id,
        batch=claim.batch,
        sender=claim.sender,
        mails=len(claim.recipients),
        uncertain=uncertain,
    )
