"""Applies bounces of campaigns: to the mailbox if they speak of it, to the campaign if of us."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple

from sqlalchemy import select

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.database import db, in_transaction
from supporters.delivery.models import Delivery
from supporters.dialects import in_values
from supporters.feedback.intake.arrivals import NOTHING_SAID, Arrival
from supporters.feedback.models import Effect
from supporters.feedback.reports.report import Failure, Report
from supporters.mailbox_health.mailbox_failures import MailboxFailure, record_failures
from supporters.people.addresses import AddressInvalid, parse_address
from supporters.people.domain_groups import domain_of
from supporters.people.models import Subscriber

TOKEN_COUNTS_FOR = timedelta(days=14)  # since the attempt: a Return-Path may be forwarded for ever


class _Sent(NamedTuple):
    settled_at: datetime | None
    address: str


@in_transaction
def apply_bounces(bounced: Sequence[Arrival], now: datetime) -> Counter[tuple[int, str]]:
    """Apply bounces of campaigns; return how many each has of each class."""
    counts, failures = Counter[tuple[int, str]](), []
    found = _find_sent(bounced)
    for each in bounced:
        campaign_id, subscriber_id = _ids_of(each)
        sent = found.get((campaign_id, subscriber_id))
        if sent is None or is_too_old(sent.settled_at, now):
            each.effect = Effect.IGNORED_TOO_OLD
            continue
        each.failure = failure = choose_failure(each.report, sent.address)
        is_about_us = WEIGHTS[failure.bounce_class] is Weight.NOT_THEIRS
        each.effect = Effect.ABOUT_US if is_about_us else Effect.COUNTED
        counts[campaign_id, failure.bounce_class.value] += 1
        failures.append(
            MailboxFailure(
                subscriber_id=subscriber_id,
                bounce_class=failure.bounce_class,
                status=failure.status,
                campaign_id=campaign_id,
                domain=domain_of(sent.address),
                occurred_at=moment_of_report(each.report, now),
            )
        )
    unreachable = {*record_failures(failures, now)} if failures else set()
    for each in bounced:
        if each.effect is Effect.COUNTED and _ids_of(each)[1] in unreachable:
            each.effect = Effect.UNREACHABLE
    return counts


def is_too_old(settled_at: datetime | None, now: datetime) -> bool:
    """Tell whether an attempt was too long ago; one that isn't recorded yet was just made."""
    return settled_at is not None and settled_at < now - TOKEN_COUNTS_FOR


def choose_failure(report: Report, address: str) -> Failure:
    """Return what a report says of an address: of it by name, or of the message.

    One that names other addresses only may be of a forward that failed: no evidence of a death.
    """
    ours = _mailbox_of(address)
    named = (each for each in report.failures if each.address and _mailbox_of(each.address) == ours)
    of_message = (each for each in report.failures if not each.address)
    found = next(chain(named, of_message), None)
    if found is not None:
        return found
    other = (*report.failures, NOTHING_SAID)[0]
    is_dead = WEIGHTS[other.bounce_class] is Weight.DEAD
    return replace(other, bounce_class=BounceClass.UNKNOWN) if is_dead else other


def _mailbox_of(text: str) -> str:
    """Return what servers may name a mailbox: without its +tag, the domain in either script."""
    try:
        return parse_address(text).rate_key
    except AddressInvalid:
        return text.casefold()


def moment_of_report(report: Report, now: datetime) -> datetime:
    """Return when the failure was, unless the report gives a moment that can't be."""
    at = report.occurred_at
    is_possible = at is not None and at.tzinfo is not None and now - TOKEN_COUNTS_FOR <= at <= now
    return at if at is not None and is_possible else now


def _ids_of(arrival: Arrival) -> tuple[int, int]:
    sent = arrival.sent
    return (sent.campaign_id or 0, sent.subscriber_id or 0) if sent else (0, 0)


def _find_sent(bounced: Sequence[Arrival]) -> Mapping[tuple[int, int], _Sent]:
    """Return the attempts of the ledger that bounces are about, by campaign and person."""
    ids = [_ids_of(each) for each in bounced]
    rows = db.session.execute(
        select(
            Delivery.campaign_id, Delivery.subscriber_id, Delivery.settled_at, Subscriber.address
        )
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .where(
            in_values(Delivery.campaign_id, sorted({each for each, _ in ids})),
            in_values(Delivery.subscriber_id, sorted({each for _, each in ids})),
        )
    )
    return {
        (campaign_id, number): _Sent(settled_at, address)
        for campaign_id, number, settled_at, address in rows
    }
