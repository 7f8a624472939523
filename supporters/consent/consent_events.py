"""Adds consent events, each with its entry in the log, and the controllers they name (REQ-16)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app
from sqlalchemy import insert, select

from supporters import clock
from supporters.consent.act_places import ActSurface, surface_of_actor
from supporters.consent.committed_acts import tell_after_commit
from supporters.consent.confirming_emails import ConfirmingEmail, columns_of
from supporters.consent.event_records import AnyEvent, EventRecord, make_row
from supporters.consent.models import (
    ConsentEvent,
    Controller,
    EventKind,
    LawfulBasis,
    Method,
    PageSnapshot,
    Wording,
)
from supporters.consent.record_forms import describe_controller, describe_event
from supporters.consent.record_holders import EventPerson, holder_of
from supporters.database import db, in_transaction, use_case
from supporters.extensions import current_settings
from supporters.fast_path.site_edition import find_cached_rows, find_shared_row
from supporters.ids import new_id
from supporters.locks import Lock
from supporters.people.models import Subscriber
from supporters.transparency_log.log_records import LogRecord, add_entry, person_key


def current_identity() -> dict[str, str]:
    """Return the name and the contacts of the current controller."""
    settings = current_settings()
    return {
        "name": settings.party_name,
        "address": settings.party_address,
        "contact": settings.party_contact,
        "data_protection_officer": settings.dpo_contact,
    }


@in_transaction
def current_controller() -> Controller:
    """Return the current controller; add it if its identity is new.

    It reads the database each time: a cached row could be of a database that was replaced.
    """
    identity = current_identity()
    with db.session.no_autoflush:
        return _find(identity) or _add(identity)


_commit_current = use_case(current_controller)


def get_shared_controller() -> Controller:
    """Return the current controller, cached under the edition. A new one is committed before."""
    identity = tuple(current_identity().values())
    return find_cached_rows(("controller", *identity), _commit_current)


def find_controller(event: AnyEvent) -> Controller | None:
    """Return the controller that an event names; None for the first events, which name none."""
    if event.controller_id is None:
        return None
    return db.session.get(Controller, event.controller_id)


def find_cached_controller(event: AnyEvent) -> Controller | None:
    """Return the same from a cache: for records that are sealed now, not for proofs.

    The foreign key of the event ensures that the row exists, and a row never changes.
    """
    cached = _cache()
    if event.controller_id is not None and event.controller_id not in cached:
        controller = db.session.get_one(Controller, event.controller_id)
        db.session.expunge(controller)
        cached[event.controller_id] = controller
    return cached.get(event.controller_id or 0)


def _cache() -> dict[int, Controller]:
    cached: dict[int, Controller] = current_app.extensions.setdefault("controllers", {})
    return cached


def _find(identity: dict[str, str]) -> Controller | None:
    return db.session.scalar(select(Controller).filter_by(**identity))


def _add(identity: dict[str, str]) -> Controller:
    """Add it, unless another transaction has just added it."""
    Lock.CONTROLLER.take()
    found = _find(identity)
    if found is not None:
        return found
    now = clock.now()
    row = {"id": new_id(now), **identity, "first_used_at": now}
    db.session.connection().execute(insert(Controller).values(row))
    controller = Controller(**row)
    _cache()[controller.id] = controller
    add_entry(describe_controller(controller))
    return controller


@dataclass(frozen=True, kw_only=True)
class ConfirmationEvidence:
    """Evidence of a confirmation: the hash of the mailed link, its email, and the page.

    `page_snapshot_id` is the snapshot of the page that the person saw.
    """

    token_hash: bytes
    page_url: str
    page_snapshot_id: int
    requested_at: datetime
    email: ConfirmingEmail | None = None


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """A consent event to add: its kind, its method, its time, and its purpose if it has one.

    `correction`: what a correction by the same browser must match (`consent.corrections`).
    """

    kind: EventKind
    method: Method
    now: datetime
    purpose_id: int | None = None
    evidence: ConfirmationEvidence | None = None
    correction: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class _References:
    """The wordings and page snapshots that events refer to, by their ids."""

    wordings: Mapping[int, Wording]
    pages: Mapping[int, PageSnapshot]


def record_event(subscriber: Subscriber, act: NewEvent) -> ConsentEvent:
    """Add an event that gives no consent: to withdraw, to object, to be asked to reconfirm.

    A change of address has evidence: the new mailbox must confirm it. So has a correction: the
    browser that left makes it.
    """
    event = make_event(subscriber, act)
    [row] = record_events([event], log_salt=subscriber.log_salt)
    return row


def make_event(
    person: EventPerson, act: NewEvent, *, controller_id: int | None = None
) -> EventRecord:
    """Return an event that gives no consent. It can get its controller later."""
    proof = act.evidence
    return EventRecord(
        id=new_id(act.now),
        kind=act.kind,
        subscriber_id=person.id,
        address_mac=person.address_mac,
        purpose_id=act.purpose_id,
        method=act.method,
        occurred_at=act.now,
        evidence=act.correction if proof is None else proof.token_hash,
        controller_id=controller_id,
        basis=None if controller_id is None else LawfulBasis.EXPLICIT_CONSENT,
        page_url=None if proof is None else proof.page_url,
        page_snapshot_id=None if proof is None else proof.page_snapshot_id,
        requested_at=None if proof is None else proof.requested_at,
        holder=holder_of(person),
        surface=surface_of_actor() if proof is None else ActSurface.LINK_PAGE,
        **columns_of(None if proof is None else proof.email),
    )


def record_events(events: Sequence[EventRecord], *, log_salt: bytes) -> list[ConsentEvent]:
    """Add events and their entries in the log, under the key derived from the salt.

    Uses the controller stored with the request, otherwise the current one.
    """
    completed = [add_controller(event) for event in events]
    rows = [make_row(event) for event in completed]
    db.session.add_all(rows)
    log_events(completed, log_salt=log_salt)
    return rows


def log_events(events: Sequence[AnyEvent], *, log_salt: bytes) -> None:
    """Add the entries of events in the log.

    Signup requests have entries too; the rows of their events are added at confirmation.
    """
    with db.session.no_autoflush:
        references = _find_references(events)
        records = [
            _describe(event, references, find_cached_controller(event), log_salt=log_salt)
            for event in events
        ]
        for each in records:
            add_entry(each)
    tell_after_commit(records)


def make_log_record(event: AnyEvent, *, log_salt: bytes) -> LogRecord:
    """Return the record that is sealed for an event, with the wording and page it refers to."""
    return _describe(event, _find_references([event]), find_controller(event), log_salt=log_salt)


def add_controller(event: EventRecord) -> EventRecord:
    """Return an event with its controller, and with the basis of all consents.

    It is the controller stored with its request, otherwise the current one.
    """
    controller_id = event.controller_id or get_shared_controller().id
    return replace(event, controller_id=controller_id, basis=LawfulBasis.EXPLICIT_CONSENT)


def describe_record(event: EventRecord, *, log_salt: bytes) -> LogRecord:
    """Return the record that is sealed for an event. All that it refers to is kept."""
    return describe_event(
        event,
        find_shared_row(Wording, event.wording_id),
        find_shared_row(PageSnapshot, event.page_snapshot_id),
        controller=find_shared_row(Controller, event.controller_id),
        key=person_key(log_salt),
    )


def _find_references(events: Sequence[AnyEvent]) -> _References:
    """Return the wordings and page snapshots that events refer to. It reads each once."""
    wording_ids = {each.wording_id for each in events if each.wording_id is not None}
    page_ids = {each.page_snapshot_id for each in events if each.page_snapshot_id is not None}
    return _References(
        wordings={each: db.session.get_one(Wording, each) for each in wording_ids},
        pages={each: db.session.get_one(PageSnapshot, each) for each in page_ids},
    )


def _describe(
    event: AnyEvent, references: _References, controller: Controller | None, *, log_salt: bytes
) -> LogRecord:
    wording = None if event.wording_id is None else references.wordings[event.wording_id]
    page = None if event.page_snapshot_id is None else references.pages[event.page_snapshot_id]
    return describe_event(event, wording, page, controller=controller, key=person_key(log_salt))
