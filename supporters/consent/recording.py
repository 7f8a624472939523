"""Adds consent events, each with its entry in the log: the record of what a person did."""

from dataclasses import dataclass
from datetime import datetime

from supporters.consent.controllers import (
    current_controller,
    find_controller,
    recall_controller,
)
from supporters.consent.log.appending import append
from supporters.consent.log.describing import describe_event
from supporters.consent.log.keys import person_key
from supporters.consent.log.records import Record
from supporters.consent.models import (
    ConsentEvent,
    Controller,
    EventKind,
    LawfulBasis,
    Method,
    PageVersion,
    Wording,
)
from supporters.database import db
from supporters.ids import new_id
from supporters.people.models import Subscriber


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Shows that a mailbox said yes: the hash of the link that only it got, and the page it saw."""

    token_hash: bytes
    page_url: str
    page_version_id: int
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class Act:
    """What a person did, or what was done for them: to one purpose, or to all that they are."""

    kind: EventKind
    method: Method
    now: datetime
    purpose_id: int | None = None
    evidence: Evidence | None = None


def record_act(subscriber: Subscriber, act: Act) -> ConsentEvent:
    """Add the event of an act that gives no consent: leaving, objecting, being asked again.

    Only a new address needs evidence: its mailbox must have said yes.
    """
    event = ConsentEvent(
        id=new_id(act.now),
        kind=act.kind,
        subscriber_id=subscriber.id,
        address_mac=subscriber.address_mac,
        purpose_id=act.purpose_id,
        method=act.method,
        occurred_at=act.now,
    )
    if act.evidence is not None:
        event.evidence = act.evidence.token_hash
        event.page_url = act.evidence.page_url
        event.page_version_id = act.evidence.page_version_id
        event.requested_at = act.evidence.requested_at
    return record_event(event, log_salt=subscriber.log_salt)


def record_event(event: ConsentEvent, *, log_salt: bytes) -> ConsentEvent:
    """Add an event and its entry in the log, under the key that the salt makes.

    Who answers for it is who did when it was asked for, or else who does today.
    """
    if event.controller_id is None:
        event.controller_id = current_controller().id
    event.basis = LawfulBasis.EXPLICIT_CONSENT
    db.session.add(event)
    seal_in(event, log_salt=log_salt)
    return event


def seal_in(event: ConsentEvent, *, log_salt: bytes) -> None:
    """Add the entry of an event: also of a request, whose event comes with its confirmation."""
    append(_describe(event, recall_controller(event), log_salt=log_salt))


def record_of(event: ConsentEvent, *, log_salt: bytes) -> Record:
    """Return what is sealed of an event, with what it names."""
    return _describe(event, find_controller(event), log_salt=log_salt)


def _describe(event: ConsentEvent, controller: Controller | None, *, log_salt: bytes) -> Record:
    wording = None if event.wording_id is None else db.session.get_one(Wording, event.wording_id)
    page = (
        None
        if event.page_version_id is None
        else db.session.get_one(PageVersion, event.page_version_id)
    )
    return describe_event(event, wording, page, controller=controller, key=person_key(log_salt))
