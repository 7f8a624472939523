"""Creates subscriptions from a confirmed request: the subscriber, consent events, subscriptions.

No other code makes an address mailable.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import structlog

from supporters import clock
from supporters.consent.consent_events import (
    ConfirmationEvidence,
    NewEvent,
    record_event,
    record_events,
)
from supporters.consent.event_records import EventRecord, make_row
from supporters.consent.models import ConsentEvent, EventKind, LawfulBasis, Method, Wording
from supporters.consent.suppression import (
    lift_all_suppressions,
    lift_suppressions,
)
from supporters.database import db, in_transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import (
    NO_CONSENTS,
    ActiveConsent,
    ActiveConsents,
    find_active_consents,
    kind_of_confirmation,
    upsert_subscription,
)
from supporters.people.activity import record_activity
from supporters.people.address_hashes import former_block_mac
from supporters.people.addresses import stored_address
from supporters.people.models import Subscriber
from supporters.people.profile import profile_of
from supporters.people.queries import find_subscriber_by_mac
from supporters.signup.mail_permissions import record_permission, restart_mail_caps
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.queries import RequestWithChoices

NOT_CONFIRMED_YET = 0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """How a person confirmed: `evidence` is the hash of the secret in the email.

    The email may belong to another request of the same address than the confirmed one.
    """

    method: Method
    evidence: bytes


def make_requested_event(
    request: SignupRequest, choice: SignupChoice, subscriber_id: int = NOT_CONFIRMED_YET
) -> EventRecord:
    """Return the event of a request. Before the confirmation only the log has it."""
    return EventRecord(
        id=choice.event_id,
        kind=EventKind.REQUESTED,
        subscriber_id=subscriber_id,
        address_mac=request.address_mac,
        purpose_id=choice.purpose_id,
        wording_id=choice.wording_id,
        method=Method.FORM,
        page_url=request.page_url,
        page_version_id=request.page_version_id,
        requested_at=request.created_at,
        occurred_at=request.created_at,
        controller_id=request.controller_id,
        basis=None if request.controller_id is None else LawfulBasis.EXPLICIT_CONSENT,
    )


def make_confirmed_event(
    asked: EventRecord, *, kind: EventKind, proof: Confirmation, now: datetime
) -> EventRecord:
    """Return the event that confirms a request."""
    return replace(
        asked,
        id=new_id(now),
        kind=kind,
        method=proof.method,
        request_id=asked.id,
        occurred_at=now,
        evidence=proof.evidence,
    )


def make_repeated_event(
    subscriber: Subscriber,
    wording: Wording,
    *,
    kind: EventKind,
    evidence: ConfirmationEvidence,
    now: datetime,
) -> EventRecord:
    """Return the event of a person who confirms an earlier consent again, from the mailbox."""
    return EventRecord(
        id=new_id(now),
        kind=kind,
        subscriber_id=subscriber.id,
        address_mac=subscriber.address_mac,
        purpose_id=wording.purpose_id,
        wording_id=wording.id,
        method=Method.LINK,
        page_url=evidence.page_url,
        page_version_id=evidence.page_version_id,
        requested_at=evidence.requested_at,
        occurred_at=now,
        evidence=evidence.token_hash,
    )


@dataclass(frozen=True, kw_only=True)
class Confirmer:
    """The person who confirms: the subscriber, if known, and the active consents."""

    subscriber: Subscriber | None
    consents: ActiveConsents = NO_CONSENTS


class CreatedSubscriptions(NamedTuple):
    """The result of a confirmation: the subscriber, and the events that were written."""

    subscriber: Subscriber
    events: Sequence[ConsentEvent]


@dataclass(frozen=True, kw_only=True)
class _ConfirmedBox:
    """The confirmation of one box: the request, its event, and the consent that it changes."""

    asked: EventRecord
    event: EventRecord
    active: ActiveConsent | None
    mailing_list: MailingList | None


def find_confirmer(address_mac: bytes) -> Confirmer:
    """Return the subscriber of an address, if there is one, with the active consents."""
    subscriber = find_subscriber_by_mac(address_mac)
    if subscriber is None:
        return Confirmer(subscriber=None)
    return Confirmer(subscriber=subscriber, consents=find_active_consents(subscriber.id))


@in_transaction
def create_subscriptions(
    asked: RequestWithChoices, proof: Confirmation, confirmer: Confirmer
) -> CreatedSubscriptions:
    """Write the subscriber, the events and the subscriptions of a confirmed request.

    The evidence may come from the email of another request of the same address.
    """
    now, request, known = clock.now(), asked.request, confirmer.subscriber
    subscriber_id = known.id if known else new_id(now)
    boxes = [
        *_confirm_boxes(asked, proof, confirmer.consents, subscriber_id=subscriber_id, now=now)
    ]
    if known is None:
        subscriber = _make_subscriber(subscriber_id, request, boxes[0].event)
        db.session.add(subscriber)
    else:
        subscriber = known
        _update_subscriber(known, request, method=proof.method, now=now)
    events = _record(boxes, request, log_salt=subscriber.log_salt)
    db.session.flush()
    for box in boxes:
        upsert_subscription(box.event, box.active, box.mailing_list)
    _lift_suppressions(asked)
    request.confirmed_at = now
    restart_mail_caps(request.address_mac, now)
    method = proof.method.value
    log.info("signup.confirmed", request=request.id, subscriber=subscriber_id, method=method)
    return CreatedSubscriptions(subscriber, events)


@in_transaction
def renew_consent(
    subscriber: Subscriber,
    event: EventRecord,
    *,
    active: ActiveConsent | None,
    mailing_list: MailingList | None,
) -> None:
    """Write the renewed consent of a subscriber."""
    record_events([event], log_salt=subscriber.log_salt)
    db.session.flush()
    upsert_subscription(event, active, mailing_list)
    if event.purpose_id is not None:
        lift_suppressions(subscriber.address_mac, [event.purpose_id])
    record_activity(subscriber, event.occurred_at)
    log.info("consent.renewed", subscriber=subscriber.id, purpose=event.purpose_id)


def _confirm_boxes(
    asked: RequestWithChoices,
    proof: Confirmation,
    consents: ActiveConsents,
    *,
    subscriber_id: int,
    now: datetime,
) -> Iterator[_ConfirmedBox]:
    """Yield the confirmations that change something.

    An active consent for the same or a later purpose stays as it is: a person may confirm by an
    email from before the purpose changed.
    """
    for choice in asked.choices:
        active = consents.find(*choice.subject)
        if active is not None and active.purpose_id >= choice.purpose.id:
            continue
        requested = make_requested_event(asked.request, choice.row, subscriber_id)
        kind = kind_of_confirmation(active)
        yield _ConfirmedBox(
            asked=requested,
            event=make_confirmed_event(requested, kind=kind, proof=proof, now=now),
            active=active,
            mailing_list=choice.mailing_list,
        )


def _record(
    boxes: Sequence[_ConfirmedBox], request: SignupRequest, *, log_salt: bytes
) -> list[ConsentEvent]:
    """Add the events of the requests and of the confirmations; return the confirmations."""
    if log_salt == request.log_salt:  # the log has these entries since the request
        db.session.add_all(make_row(box.asked) for box in boxes)
        return record_events([box.event for box in boxes], log_salt=log_salt)
    events = []  # the log has the request under another key, which the person doesn't have
    for box in boxes:
        asked = replace(box.asked, id=new_id(box.event.occurred_at))
        events += [asked, replace(box.event, request_id=asked.id)]
    return record_events(events, log_salt=log_salt)[1::2]


def _update_subscriber(
    known: Subscriber, request: SignupRequest, *, method: Method, now: datetime
) -> None:
    """Record the activity of a known person. It lifts a restriction and ends a pause."""
    for name, value in vars(profile_of(request)).items():
        setattr(known, name, getattr(known, name) or value)
    known.language = request.language
    known.paused_until = None
    record_activity(known, now)
    if known.restricted_at is not None:
        known.restricted_at = None
        record_event(known, NewEvent(kind=EventKind.RESTRICTION_LIFTED, method=method, now=now))


def _make_subscriber(
    subscriber_id: int, request: SignupRequest, joined_by: EventRecord
) -> Subscriber:
    return Subscriber(
        id=subscriber_id,
        address=request.address,
        address_key=request.address_key,
        address_mac=request.address_mac,
        **vars(profile_of(request)),
        created_at=joined_by.occurred_at,
        acted_at=joined_by.occurred_at,
        log_salt=request.log_salt,
        joined_event_id=joined_by.id,
    )


def _lift_suppressions(asked: RequestWithChoices) -> None:
    request = asked.request
    macs = (request.address_mac, former_block_mac(stored_address(request.address)))
    for mac in lift_all_suppressions(macs, [each.purpose.id for each in asked.choices]):
        record_permission(mac)
