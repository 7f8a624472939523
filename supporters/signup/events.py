"""The consent events of a holder's yes: what was asked for, and what they confirmed."""

from dataclasses import dataclass
from datetime import datetime

from supporters.consent.models import ConsentEvent, EventKind, LawfulBasis, Method, Wording
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
) -> ConsentEvent:
    """Return the event that a purpose was asked for; until confirmed only the log knows of it."""
    return ConsentEvent(
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
    request: SignupRequest, asked: ConsentEvent, *, kind: EventKind, yes: Yes, now: datetime
) -> ConsentEvent:
    """Return the event of the holder's confirmation of what was asked for."""
    return ConsentEvent(
        id=new_id(now),
        kind=kind,
        subscriber_id=asked.subscriber_id,
        address_mac=request.address_mac,
        purpose_id=asked.purpose_id,
        wording_id=asked.wording_id,
        method=yes.method,
        page_url=asked.page_url,
        page_version_id=asked.page_version_id,
        request_id=asked.id,
        requested_at=asked.requested_at,
        occurred_at=now,
        evidence=yes.evidence,
        controller_id=asked.controller_id,
    )


def make_repeated_event(
    subscriber: Subscriber,
    wording: Wording,
    *,
    kind: EventKind,
    evidence: Evidence,
    now: datetime,
) -> ConsentEvent:
    """Return the event of a person who confirms, from their mailbox, what they agreed to before."""
    return ConsentEvent(
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
