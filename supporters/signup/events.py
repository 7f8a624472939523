"""The consent events of a holder's yes: what was asked for, and what they confirmed."""

from dataclasses import dataclass, replace
from datetime import datetime

from supporters.consent.event_records import EventRecord
from supporters.consent.models import EventKind, LawfulBasis, Method, Wording
from supporters.consent.recording import Evidence
from supporters.ids import new_id
from supporters.people.models import Subscriber
from supporters.signup.models import SignupChoice, SignupRequest

NOBODY_YET = 0


@dataclass(frozen=True, kw_only=True)
class Yes:
    """How a holder said yes: `evidence` is the hash of the secret that only their mailbox got.

    It is that of the email that they used; what they confirm may be of another request of theirs.
    """

    method: Method
    evidence: bytes


def make_requested_event(
    request: SignupRequest, choice: SignupChoice, subscriber_id: int = NOBODY_YET
) -> EventRecord:
    """Return the event that a purpose was asked for; until confirmed only the log knows of it."""
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


def make_confirming_event(
    asked: EventRecord, *, kind: EventKind, yes: Yes, now: datetime
) -> EventRecord:
    """Return the event of the holder's confirmation of what was asked for."""
    return replace(
        asked,
        id=new_id(now),
        kind=kind,
        method=yes.method,
        request_id=asked.id,
        occurred_at=now,
        evidence=yes.evidence,
    )


def make_repeated_event(
    subscriber: Subscriber,
    wording: Wording,
    *,
    kind: EventKind,
    evidence: Evidence,
    now: datetime,
) -> EventRecord:
    """Return the event of a person who confirms, from their mailbox, what they agreed to before."""
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
