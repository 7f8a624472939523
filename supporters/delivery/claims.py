"""Claims a batch of the ledger, and checks again whether each person still wants the email."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, select, true, update

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_lists_of, list_purposes_of_campaign
from supporters.consent.eligibility import each_for_its_purpose, is_eligible, is_eligible_by_lookup
from supporters.database import UtcDateTime, db, transaction, update_where, use_case
from supporters.delivery.audience_verification import verify_before_first_claim
from supporters.delivery.batches import UNCLAIMED, add_counts, last_in_wave, release
from supporters.delivery.grace import has_begun
from supporters.delivery.machines import sign_work
from supporters.delivery.message.email_languages import note_languages
from supporters.delivery.models import Delivery, DeliveryBatch, batches
from supporters.delivery.pace.admission import Admission
from supporters.delivery.pace.use_counts import Reserved, has_ceilings, has_room
from supporters.delivery.pauses.withdrawal_guard import pause_if_withdrawal_hidden
from supporters.delivery.rate_limit import RateReached, take_share
from supporters.delivery.rules import UNSETTLED, DeliveryStatus
from supporters.delivery.skipped_emails import skip_emails
from supporters.lists.baseless_subscriptions import is_consent_valid_by_lookup
from supporters.lists.models import Subscription
from supporters.people.models import Subscriber
from supporters.sending_times.bulk_mail import is_limited, list_held

KNOWN_CAMPAIGNS = 64


class Recipient(NamedTuple):
    """An email to send: its recipient, earlier attempts, and which text and list it is of.

    `has_failed`: an earlier email to the person didn't arrive, so that a delivery is recorded.
    """

    subscriber_id: int
    address: str
    given_name: str | None
    subscribed_at: datetime
    attempts: int
    is_deferred: bool
    language: str
    purpose_id: int
    has_failed: bool = False


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A batch that a sender holds until it records the results.

    `launched_at` is when the campaign was launched: one that was taken back can have two launches.
    `starts_in` is how long the common rate delays the first email, `gap` each of the next ones;
    `beyond_rate` are those that the rate or a ceiling leaves for later. `reserved` is what it may
    send of the ceilings, while any holds.
    """

    campaign_id: int
    batch: int
    sender: str
    recipients: Sequence[Recipient]
    launched_at: datetime | None = None
    starts_in: timedelta = timedelta()
    gap: timedelta = timedelta()
    beyond_rate: Sequence[Recipient] = ()
    reserved: Reserved | None = None


class _NotVerified(Exception):
    """The consents of the audience were not verified yet."""


class _RateReached(Exception):
    def __init__(self, wait: RateReached) -> None:
        self.wait = wait


def claim_batch(
    campaign_id: int,
    sender: str,
    *,
    now: datetime,
    rate: int = 0,
    other_languages: Collection[str] = (),
) -> Claim | RateReached | None:
    """Claim the next batch that is due; None when the campaign isn't running or nothing is due.

    `rate` is in emails a second over all senders, 0 for no limit. People who unsubscribed or
    were suppressed since the launch are recorded as skipped. Before the first claim, the consents
    of the whole audience are verified. The ledger gets the languages, if there are others.
    """
    try:
        with transaction():
            claim = _claim(campaign_id, sender, now=now, rate=rate)
            if claim is not None:
                note_languages(claim, other_languages)
                sign_work(now)
            return claim
    except _RateReached as refusal:
        return refusal.wait
    except _NotVerified:
        if not verify_before_first_claim(campaign_id):
            return None
    return claim_batch(campaign_id, sender, now=now, rate=rate, other_languages=other_languages)


def _claim(campaign_id: int, sender: str, *, now: datetime, rate: int) -> Claim | None:
    running = db.session.execute(
        select(
            *(Campaign.launched_at, Campaign.audience_checked_at),
            is_limited(now).label("is_limited"),
            has_ceilings(now).label("has_ceilings"),
            last_in_wave().label("up_to"),
        ).where(
            Campaign.id == campaign_id, Campaign.status == CampaignStatus.RUNNING, has_begun(now)
        )
    ).first()
    if running is None or pause_if_withdrawal_hidden(campaign_id, running.launched_at, now):
        return None
    if running.is_limited and list_held(find_lists_of([campaign_id]), now):
        return None
    if running.audience_checked_at is None:
        raise _NotVerified
    may_claim = has_room(now) if running.has_ceilings else true()
    batch = _claim_row(campaign_id, sender, now, up_to=running.up_to, may_claim=may_claim)
    if batch is None:
        return None
    recipients = _list_wanted(campaign_id, batch, now=now)
    held: Sequence[Recipient] = ()
    admission = Admission(now) if running.has_ceilings and recipients else None
    if admission is not None:
        is_in_wave = running.up_to is not None
        recipients, held = admission.admit_of(campaign_id, batch, recipients, is_in_wave=is_in_wave)
    if not recipients:
        release(campaign_id, batch, {}, sender=sender)
        return Claim(campaign_id=campaign_id, batch=batch, sender=sender, recipients=())
    share = take_share(len(recipients), rate=rate, now=now)
    if isinstance(share, RateReached):
        raise _RateReached(share)
    taken = recipients[: share.count]
    return Claim(
        campaign_id=campaign_id,
        batch=batch,
        sender=sender,
        recipients=taken,
        launched_at=running.launched_at,
        beyond_rate=[*recipients[share.count :], *held],
        reserved=admission.reserve(taken) if admission else None,
        starts_in=share.starts_in,
        gap=share.gap,
    )


def _claim_row(
    campaign_id: int,
    sender: str,
    now: datetime,
    *,
    up_to: int | None,
    may_claim: ColumnElement[bool],
) -> int | None:
    """Claim the batch that is due first, of those up to a number while a first wave holds."""
    first_due = (
        select(batches.c.number)
        .where(
            batches.c.campaign_id == campaign_id,
            batches.c.due_at <= now,
            batches.c.claimed_by.is_(None),
            true() if up_to is None else batches.c.number <= up_to,
            may_claim,
        )
        .order_by(batches.c.due_at, batches.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    number: int | None = db.session.scalar(
        update(batches)
        .where(batches.c.campaign_id == campaign_id, batches.c.number == first_due)
        .values(claimed_by=sender, claimed_at=now)
        .returning(batches.c.number)
    )
    return number


def _list_wanted(campaign_id: int, batch: int, *, now: datetime) -> list[Recipient]:
    """Return the due deliveries whose consent, the one of the ledger row, is still valid.

    A person who left the list of that consent is skipped, even if another list would allow it: the
    email would name a consent that has ended.
    """
    asked = {"campaign_id": campaign_id, "batch": batch, "now": now}
    rows = db.session.execute(_due_in(tuple(list_purposes_of_campaign(campaign_id))), asked).all()
    wanted = [Recipient._make(row[:-1]) for row in rows if row[-1]]
    if len(wanted) < len(rows):
        left = [Recipient._make(row[:-1]) for row in rows if not row[-1]]
        skip_emails(campaign_id, batch, [each.subscriber_id for each in left], now=now)
        were_deferred = sum(each.is_deferred for each in left)
        counts = {DeliveryStatus.SKIPPED: len(left), DeliveryStatus.DEFERRED: -were_deferred}
        add_counts(campaign_id, batch, counts)
    return wanted


@lru_cache(maxsize=KNOWN_CAMPAIGNS)
def _due_in(
    purpose_ids: tuple[int, ...],
) -> Select[int, str, str | None, datetime, int, bool, str, int, bool, bool]:
    """Return the statement of a batch: its due emails, and whether each is still wanted.

    Each claim needs it, so it is made once for the same lists.
    """
    now = bindparam("now", type_=UtcDateTime)
    is_wanted = each_for_its_purpose(
        Delivery.purpose_id, purpose_ids, lambda each: is_eligible_by_lookup(each, now)
    )
    return (
        select(
            Delivery.subscriber_id,
            Subscriber.address,
            Subscriber.given_name,
            Subscription.subscribed_at,
            Delivery.attempts,
            Delivery.status == DeliveryStatus.DEFERRED,
            Subscriber.language,
            Delivery.purpose_id,
            Subscriber.failed_at.is_not(None),
            and_(
                Subscription.consent_event_id.is_not(None),
                is_wanted,
                is_consent_valid_by_lookup(),
            ),
        )
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .outerjoin(Subscription, Subscription.consent_event_id == Delivery.consent_event_id)
        .where(
            Delivery.campaign_id == bindparam("campaign_id"),
            Delivery.batch == bindparam("batch"),
            Delivery.status.in_(UNSETTLED),
            Delivery.next_attempt_at <= now,
        )
    )


@use_case
def release_claims(sender: str) -> None:
    """Release batches that the database may have given to a sender that holds none."""
    update_where(DeliveryBatch, DeliveryBatch.claimed_by == sender, **UNCLAIMED)


def may_still_send(claim: Claim, subscriber_id: int, now: datetime) -> bool:
    """Check one email again, whose turn came long after the claim.

    Is it still wanted, and does this sender still hold the batch?
    """
    try:
        purpose_ids = list_purposes_of_campaign(claim.campaign_id)
        found = db.session.scalar(
            select(Delivery.subscriber_id)
            .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
            .join(Subscription, Subscription.consent_event_id == Delivery.consent_event_id)
            .join(
                batches,
                and_(
                    batches.c.campaign_id == Delivery.campaign_id,
                    batches.c.number == Delivery.batch,
                ),
            )
            .where(
                Delivery.campaign_id == claim.campaign_id,
                Delivery.subscriber_id == subscriber_id,
                Delivery.status.in_(UNSETTLED),
                batches.c.claimed_by == claim.sender,
                batches.c.revoked_at.is_(None),
                each_for_its_purpose(
                    Delivery.purpose_id, purpose_ids, lambda each: is_eligible(each, now)
                ),
                is_consent_valid_by_lookup(),
            )
        )
    finally:
        db.session.rollback()
    return found is not None
