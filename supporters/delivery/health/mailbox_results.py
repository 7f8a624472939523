"""Tells the health of mailboxes what the relay said in the dialogue: refusals and deliveries.

A batch without a failure, to people without an earlier one, costs no statement more.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from supporters.bounce_classes.classes import BounceClass
from supporters.database import in_transaction
from supporters.delivery.claims import Recipient
from supporters.delivery.rules import DeliveryStatus, status_after
from supporters.mailbox_health.mailbox_failures import (
    MailboxFailure,
    lock_people,
    record_deliveries,
    record_failures,
)
from supporters.people.domain_groups import domain_of
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_replies import class_of

Result = tuple[Recipient, RelayReply]


@in_transaction
def lock_concerned(results: Sequence[Result]) -> None:
    """Lock the people whose health changes, before any row of the ledger: as an erasure does."""
    failed = [to.subscriber_id for to, _ in _list_failed(results)]
    if concerned := [*failed, *_list_reached(results)]:
        lock_people(concerned)


@in_transaction
def record_health(
    campaign_id: int, results: Sequence[Result], now: datetime, *, must_give_back: bool
) -> None:
    """Record refusals and deliveries of a batch, in the transaction of its results.

    `must_give_back`: the relay refuses us, and its refusals say nothing about mailboxes.
    """
    if reached := _list_reached(results):
        record_deliveries(reached, now)
    if must_give_back:
        return
    record_failures(
        [
            MailboxFailure(
                subscriber_id=to.subscriber_id,
                bounce_class=_classify(reply),
                status=_status_of(reply),
                campaign_id=campaign_id,
                domain=domain_of(to.address),
                occurred_at=now,
                was_accepted=False,
            )
            for to, reply in _list_failed(results)
        ],
        now,
    )


def _list_failed(results: Sequence[Result]) -> Iterator[Result]:
    """Yield what is refused for good, or was tried for days."""
    for to, reply in results:
        if status_after(reply.outcome, to.attempts + 1) is DeliveryStatus.REFUSED:
            yield to, reply


def _list_reached(results: Sequence[Result]) -> list[int]:
    return [
        to.subscriber_id
        for to, reply in results
        if to.has_failed and reply.outcome is AttemptOutcome.ACCEPTED
    ]


def _classify(reply: RelayReply) -> BounceClass:
    if reply.outcome is AttemptOutcome.DEFERRED:
        return BounceClass.EXPIRED
    # After a crash nobody knows the words any more.
    return reply.bounce_class or class_of(reply.code)


def _status_of(reply: RelayReply) -> str | None:
    return reply.code.partition(" ")[2] or None
