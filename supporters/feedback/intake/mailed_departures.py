"""Lets a person leave a list by the mailto: address of an email, as one click does (REQ-65)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from supporters.campaigns.queries import find_lists_of
from supporters.consent.models import Method
from supporters.database import db, in_transaction
from supporters.delivery.after_sending.departure_counts import count_departure
from supporters.delivery.models import Delivery
from supporters.feedback.intake.email_holders import find_email_holder
from supporters.feedback.intake.sent_messages import SentMessage
from supporters.feedback.models import Effect
from supporters.lists.models import ListPurpose
from supporters.lists.subscriptions import (
    list_purposes_of,
    unsubscribe_from_every_list,
    unsubscribe_from_list,
)


@in_transaction
def apply_departure(sent: SentMessage, now: datetime) -> Effect:
    """Unsubscribe the person of a message from its list; from all if nothing tells it any more."""
    subscriber_id = sent.subscriber_id
    if subscriber_id is None and sent.email_id is not None:
        holder = find_email_holder(sent.email_id, sent.recipients)
        subscriber_id = holder.subscriber_id if holder else None
    if subscriber_id is None:
        return Effect.NONE
    before, lists = list_purposes_of(subscriber_id), _list_lists(sent, subscriber_id)
    for each in lists:
        unsubscribe_from_list(subscriber_id, each, Method.ONE_CLICK, now=now)
    if not lists:
        unsubscribe_from_every_list(subscriber_id, Method.ONE_CLICK, now=now)
    if list_purposes_of(subscriber_id) == before:
        return Effect.NONE
    if sent.campaign_id is not None:
        count_departure(sent.campaign_id, now)
    return Effect.LEFT_LIST if lists else Effect.LEFT


def _list_lists(sent: SentMessage, subscriber_id: int) -> Sequence[int]:
    """Return the list of a message: that of its link, of its purpose, or those of its campaign."""
    if sent.list_id is not None:
        return [sent.list_id]
    if sent.campaign_id is None:
        return []
    of_purpose = db.session.scalar(
        select(ListPurpose.mailing_list_id)
        .join(Delivery, Delivery.purpose_id == ListPurpose.purpose_id)
        .where(Delivery.campaign_id == sent.campaign_id, Delivery.subscriber_id == subscriber_id)
    )
    if of_purpose is not None:
        return [of_purpose]
    return find_lists_of([sent.campaign_id]).get(sent.campaign_id, [])
