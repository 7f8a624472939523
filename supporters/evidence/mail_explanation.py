"""Explains why a person got an email: their own record, and nothing else about them (REQ-7).

A reader to whom the email was forwarded sees the same page, so it contains no address, no name and
no other list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from supporters.consent.controllers import find_controller
from supporters.consent.event_proofs import NotProvable, prove_event
from supporters.consent.models import ConsentEvent, Controller, EventKind, Method, Wording
from supporters.consent.queries import find_current_wording
from supporters.consent.receipts import CONSENTS
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import find_list, list_purpose_ids
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.privacy_requests.queries import find_open_dispute
from supporters.transparency_log.log_proofs import InclusionProof
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.sealing_spans import SealingSpan


@dataclass(frozen=True, kw_only=True)
class LaterEvent:
    """A later event: on this consent, or on the person as a whole."""

    kind: EventKind
    method: Method
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The consent record behind an email, and the present state.

    `controller` is the controller at the time of the consent; the first records don't name it.
    `position` is the index in the log (from 0), and `span` the time of sealing; both are empty
    until the entry is sealed with `head`. `is_provable` is false if the record was changed after
    sealing. `newer_wording` is the present wording, if it differs from the one of this person.
    """

    event: ConsentEvent
    wording: Wording
    controller: Controller | None
    mailing_list: MailingList
    changes: Sequence[LaterEvent]
    newer_wording: Wording | None
    head: LogCheckpoint | None
    position: int | None
    span: SealingSpan | None
    is_provable: bool
    is_subscribed: bool
    is_disputed: bool


def explain_email(subscriber_id: int, list_id: int, campaign_id: int) -> Explanation | None:
    """Return why a campaign email went to a person; None if we hold no data on them."""
    subscriber = find_subscriber(subscriber_id)
    mailing_list = find_list(list_id)
    if subscriber is None or mailing_list is None:
        return None
    event = _find_consent(subscriber_id, list_id, campaign_id)
    if event is None or event.wording_id is None:
        return None
    wording = db.session.get_one(Wording, event.wording_id)
    newest = find_current_wording(mailing_list.purpose_id, wording.language)
    head = find_latest_checkpoint()
    proof, is_provable = _prove(event, subscriber, head)
    return Explanation(
        event=event,
        wording=wording,
        controller=find_controller(event),
        mailing_list=mailing_list,
        changes=_list_changes(event, list_id),
        newer_wording=newest if newest and newest.text != wording.text else None,
        head=head,
        position=proof.position if proof else None,
        span=proof.span if proof else None,
        is_provable=is_provable,
        is_subscribed=db.session.get(Subscription, (subscriber_id, list_id)) is not None,
        is_disputed=find_open_dispute(subscriber_id) is not None,
    )


def _find_consent(subscriber_id: int, list_id: int, campaign_id: int) -> ConsentEvent | None:
    """Return the consent behind the email; if the delivery was purged, the last consent."""
    delivery = db.session.get(Delivery, (campaign_id, subscriber_id))
    if delivery is not None:
        return db.session.get(ConsentEvent, delivery.consent_event_id)
    return db.session.scalar(
        select(ConsentEvent)
        .where(
            ConsentEvent.subscriber_id == subscriber_id,
            ConsentEvent.kind.in_(CONSENTS),
            ConsentEvent.purpose_id.in_(list_purpose_ids(list_id)),
        )
        .order_by(ConsentEvent.occurred_at.desc(), ConsentEvent.id.desc())
        .limit(1)
    )


def _list_changes(event: ConsentEvent, list_id: int) -> list[LaterEvent]:
    """Return the events after the consent, oldest first, without mere requests."""
    later = db.session.scalars(
        select(ConsentEvent)
        .where(
            ConsentEvent.subscriber_id == event.subscriber_id,
            ConsentEvent.id != event.id,
            ConsentEvent.occurred_at >= event.occurred_at,
            ConsentEvent.kind != EventKind.REQUESTED,
            or_(
                ConsentEvent.purpose_id.is_(None),
                ConsentEvent.purpose_id.in_(list_purpose_ids(list_id)),
            ),
        )
        .order_by(ConsentEvent.occurred_at, ConsentEvent.id)
    )
    return [
        LaterEvent(kind=each.kind, method=each.method, occurred_at=each.occurred_at)
        for each in later
    ]


def _prove(
    event: ConsentEvent, subscriber: Subscriber, head: LogCheckpoint | None
) -> tuple[InclusionProof | None, bool]:
    """Return the proof of a record, if it is sealed, and whether the record can be proved."""
    try:
        return prove_event(event, log_salt=subscriber.log_salt, head=head), True
    except NotProvable:
        return None, False
