"""Makes the events of a confirmation, and renews a consent that a person confirms again."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from supporters.consent.act_places import PLACE_FIELDS, THIRD_FORM, ActSurface
from supporters.consent.confirming_emails import ConfirmingEmail, columns_of
from supporters.consent.consent_events import ConfirmationEvidence, record_events
from supporters.consent.event_records import EventRecord
from supporters.consent.models import EventKind, LawfulBasis, Method, Wording
from supporters.consent.record_holders import hash_holder, holder_of
from supporters.consent.suppression import lift_suppressions
from supporters.database import db, in_transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import ActiveConsent, upsert_subscription
from supporters.people.activity import record_activity
from supporters.people.models import Subscriber
from supporters.signup.address_facts import AskedBox, RequestFacts

NOT_CONFIRMED_YET = 0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """How a person confirmed: `evidence` is the hash of the secret in the email.

    The email may belong to another request of the same address than the confirmed one.
    """

    method: Method
    evidence: bytes
    email: ConfirmingEmail | None = None


def make_requested_event(
    request: RequestFacts,
    choice: AskedBox,
    subscriber_id: int = NOT_CONFIRMED_YET,
) -> EventRecord:
    """Return the event of a request. Before the confirmation only the log has it.

    A request from before the third form keeps the form in which it was sealed.
    """
    form, salt = request.record_form, request.log_salt
    return EventRecord(
        id=choice.event_id,
        kind=EventKind.REQUESTED,
        subscriber_id=subscriber_id,
        address_mac=request.address_mac,
        purpose_id=choice.purpose_id,
        wording_id=choice.wording_id,
        method=Method.FORM,
        page_url=request.page_url,
        page_snapshot_id=request.page_snapshot_id,
        requested_at=request.created_at,
        occurred_at=request.created_at,
        controller_id=request.controller_id,
        basis=None if request.controller_id is None else LawfulBasis.EXPLICIT_CONSENT,
        record_form=form,
        holder=None if form is None else hash_holder(request.address_key, salt),
        form_id=None if form is None else request.form_id,
        **{name: getattr(request, name) for name in PLACE_FIELDS},
    )


def make_confirmed_event(
    asked: EventRecord, *, kind: EventKind, proof: Confirmation, holder: bytes, now: datetime
) -> EventRecord:
    """Return the event that confirms a request, in the third form."""
    return replace(
        asked,
        id=new_id(now),
        kind=kind,
        method=proof.method,
        request_id=asked.id,
        occurred_at=now,
        evidence=proof.evidence,
        record_form=THIRD_FORM,
        holder=holder,
        **columns_of(proof.email),
    )


def make_repeated_request(
    asked: EventRecord, confirmed: EventRecord, *, now: datetime
) -> EventRecord:
    """Return the event of a request under the key of the person who confirmed it."""
    return replace(asked, id=new_id(now), record_form=THIRD_FORM, holder=confirmed.holder)


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
        page_snapshot_id=evidence.page_snapshot_id,
        requested_at=evidence.requested_at,
        occurred_at=now,
        evidence=evidence.token_hash,
        holder=holder_of(subscriber),
        surface=ActSurface.LINK_PAGE,
        **columns_of(evidence.email),
    )


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
