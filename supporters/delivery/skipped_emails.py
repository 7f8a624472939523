"""Skips emails to people who may not be written to any more, each with its reason."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from supporters.campaigns.queries import find_campaign, list_purposes_of_campaign
from supporters.consent.eligibility import each_for_its_purpose, has_suppression
from supporters.database import db, in_transaction, update_where
from supporters.delivery.baseless_recipients import report_baseless
from supporters.delivery.models import Delivery
from supporters.delivery.rules import DeliveryStatus, SkipReason, why_skipped
from supporters.dialects import in_values
from supporters.lists.baseless_subscriptions import find_baseless, is_consent_valid_by_lookup
from supporters.lists.models import Subscription
from supporters.people.models import Subscriber


@in_transaction
def skip_emails(
    campaign_id: int, batch: int, subscriber_ids: Sequence[int], *, now: datetime
) -> None:
    """Record why people of a claimed batch get no email."""
    reasons = _list_reasons(campaign_id, subscriber_ids, now)
    for reason, people in reasons.items():
        update_where(
            Delivery,
            Delivery.campaign_id == campaign_id,
            Delivery.batch == batch,
            in_values(Delivery.subscriber_id, people),
            status=DeliveryStatus.SKIPPED,
            settled_at=now,
            reply=reason,
        )
    if baseless := reasons.get(SkipReason.BASELESS):
        _report(campaign_id, baseless)


def _report(campaign_id: int, people: Sequence[int]) -> None:
    """Tell of people whose subscription became baseless after the launch."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is not None:
        theirs = select(Delivery.consent_event_id).where(
            Delivery.campaign_id == campaign_id, in_values(Delivery.subscriber_id, people)
        )
        report_baseless(campaign, find_baseless(Subscription.consent_event_id.in_(theirs)))


def _list_reasons(
    campaign_id: int, subscriber_ids: Sequence[int], now: datetime
) -> dict[SkipReason, list[int]]:
    """Return why people are skipped, with their ids."""
    has_objected = each_for_its_purpose(
        Delivery.purpose_id,
        list_purposes_of_campaign(campaign_id),
        lambda each: has_suppression(each, now),
    )
    rows = db.session.execute(
        select(
            Delivery.subscriber_id,
            Subscriber.restricted_at.is_not(None),
            Subscriber.unreachable_since.is_not(None),
            Subscription.consent_event_id.is_not(None),
            is_consent_valid_by_lookup(),
            has_objected,
        )
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .outerjoin(Subscription, Subscription.consent_event_id == Delivery.consent_event_id)
        .where(
            Delivery.campaign_id == campaign_id,
            in_values(Delivery.subscriber_id, subscriber_ids),
        )
    )
    reasons: dict[SkipReason, list[int]] = defaultdict(list)
    for subscriber_id, is_restricted, is_unreachable, is_subscribed, is_valid, is_out in rows:
        reason = why_skipped(
            is_restricted=is_restricted,
            is_unreachable=is_unreachable,
            is_subscribed=is_subscribed,
            is_valid=is_valid,
            is_suppressed=is_out,
        )
        reasons[reason].append(subscriber_id)
    return reasons
