"""Gathers the evidence on a person: their consent events and pages, our emails, and the proofs.

The pack is one JSON object. Its keys are English and fixed, in every language.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import select

from supporters.consent.consent_events import current_identity, make_log_record
from supporters.consent.models import (
    ConsentEvent,
    Controller,
    EventKind,
    PageSnapshot,
    Purpose,
    Wording,
)
from supporters.consent.queries import list_events_of, list_suppressions_of
from supporters.consent.receipts import describe_verifier
from supporters.consent.record_forms import (
    describe_controller,
    describe_disclosure,
    describe_email,
    describe_identity,
    describe_place,
    describe_purpose,
    describe_wording,
)
from supporters.consent.record_models import Disclosure
from supporters.consent.suppression import scope_kind
from supporters.database import db
from supporters.delivery.after_sending.cancelled_reach import find_cancelled_reach
from supporters.delivery.queries import list_deliveries_to, subject_for
from supporters.evidence.pack_snapshots import (
    Part,
    describe_page_snapshot,
    describe_snapshot_of_email,
    list_email_snapshots,
    list_styles,
    prove,
)
from supporters.evidence.receipt_lookup import link_to_receipt, list_receipts
from supporters.evidence.written_to import answer_written_to
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.queries import find_list_of_purpose, get_list, name_of_purpose
from supporters.people.addresses import address_mac, parse_address
from supporters.people.models import Subscriber
from supporters.people.profile import profile_of
from supporters.personal_data.data_subjects import ExportedRow, data_subject_of
from supporters.personal_data.mail_data import export_emails, export_failures
from supporters.questions.queries import list_answers_of
from supporters.signup_forms.used_forms import find_used_form
from supporters.transparency_log.log_proofs import Prover
from supporters.transparency_log.log_records import format_moment, person_key
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.timestamps import prove_times

PACK = "supporters.evidence/1"
ALL = 100_000
Pack = dict[str, Any]


class NothingSealed(Exception):
    """The log has no checkpoint, although a disclosure must have been sealed before."""


def gather_evidence(subscriber: Subscriber, *, now: datetime) -> Pack:
    """Return the evidence pack of a person; its disclosure must be recorded before."""
    head = find_latest_checkpoint()
    if head is None:
        raise NothingSealed
    prover = Prover(head)
    events = [event for event, _ in list_events_of(subscriber.id)]
    described = [_describe_event(event, subscriber, prover) for event in events]
    sizes = [each["proof"]["index"] + 1 for each in described if each["proof"]]
    subject = data_subject_of(subscriber)
    return {
        "schema": PACK,
        "made_at": format_moment(now),
        "controller": current_identity(),
        "person": _describe_person(subscriber),
        "answers": _list_answers(subscriber.id),
        "events": described,
        "receipts": list_receipts(events, subscriber),
        "purposes": [_describe_purpose(each, prover) for each in _named(Purpose, events)],
        "wordings": [_describe_wording(each, prover) for each in _named(Wording, events)],
        "pages": [describe_page_snapshot(each, prover) for each in _named(PageSnapshot, events)],
        "styles": list_styles(_named(PageSnapshot, events)),
        "emails": [
            describe_snapshot_of_email(each, prover) for each in list_email_snapshots(events)
        ],
        "controllers": [_describe_controller(each, prover) for each in _named(Controller, events)],
        "mails": _list_mails(subscriber),
        "written_to": answer_written_to(subscriber, prover),
        "letters": _as_parts(export_emails(subject)),
        "failures": _as_parts(export_failures(subject)),
        "suppressions": list_active_suppressions(subscriber.address, now),
        "disclosures": _list_disclosures(subscriber, prover),
        "log": {**describe_verifier(), "size": head.size, "checkpoint": head.checkpoint},
        "timestamps": prove_times(prover, sizes),
    }


def list_active_suppressions(address: str, now: datetime) -> list[Part]:
    """Return the active suppressions of an address, of a known person or not."""
    macs = [address_mac(parse_address(address).key)]
    return [
        {
            "scope": scope_kind(each.scope).value,
            "purpose": each.scope.partition(":")[2] or None,
            "since": format_moment(each.since),
            "until": format_moment(each.until),
        }
        for each in list_suppressions_of(macs, now)
    ]


def _describe_person(subscriber: Subscriber) -> Part:
    return {
        "id": str(subscriber.id),
        "address": subscriber.address,
        **vars(profile_of(subscriber)),
        "known_since": format_moment(subscriber.created_at),
        "restricted_since": format_moment(subscriber.restricted_at),
        "paused_until": format_moment(subscriber.paused_until),
        "unreachable_since": format_moment(subscriber.unreachable_since),
        "unreachable_because": subscriber.unreachable_because,
    }


def _list_answers(subscriber_id: int) -> list[Part]:
    """Return the answers to questions of lists. The pages below show how each was asked."""
    return [
        {
            "list": get_list(each.question.list_id).name,
            "question": each.question.id,
            "label": each.question.words_in(DEFAULT_LANGUAGE).label,
            "answer": each.question.write_cell(each.value),
            "answered_at": format_moment(each.answered_at),
            "delete_on": format_moment(each.expires_at),
        }
        for each in list_answers_of(subscriber_id)
    ]


def _describe_event(event: ConsentEvent, subscriber: Subscriber, prover: Prover) -> Pack:
    """Return an event with the fields of ISO/IEC TS 27560."""
    mailing_list = find_list_of_purpose(event.purpose_id) if event.purpose_id else None
    record = make_log_record(event, log_salt=subscriber.log_salt)
    return {
        "id": str(event.id),
        "kind": event.kind.value,
        "method": event.method.value,
        "purpose": event.purpose_id,
        "purpose_name": name_of_purpose(event.purpose_id) if event.purpose_id else None,
        "list": mailing_list.name if mailing_list else None,
        "wording": event.wording_id,
        "page": event.page_snapshot_id,
        "page_url": event.page_url,
        **describe_place(event),
        "form": _describe_form(event),
        "controller": str(event.controller_id) if event.controller_id else None,
        "basis": event.basis.value if event.basis else None,
        "request": str(event.request_id) if event.request_id else None,
        "requested_at": format_moment(event.requested_at),
        "occurred_at": format_moment(event.occurred_at),
        "token_sha256": event.evidence.hex() if event.evidence else None,
        **describe_email(event),
        "receipt": link_to_receipt(event),
        **prove(record, prover, None if event.kind is EventKind.REQUESTED else event.occurred_at),
    }


def _describe_form(event: ConsentEvent) -> Part | None:
    """Return the form of the team that the person used, with its title as the page showed it."""
    used = find_used_form(event)
    return {"id": used.form.id, "slug": used.form.slug, "title": used.title} if used else None


def _describe_purpose(purpose: Purpose, prover: Prover) -> Part:
    return {
        "id": purpose.id,
        "about": purpose.kind.value,
        "succeeds": purpose.succeeds_id,
        **prove(describe_purpose(purpose), prover, purpose.created_at),
    }


def _describe_wording(wording: Wording, prover: Prover) -> Part:
    return {
        "id": wording.id,
        "purpose": wording.purpose_id,
        "language": wording.language,
        "version": wording.version,
        "text": wording.text,
        "sha256": wording.text_hash,
        "since": format_moment(wording.created_at),
        **prove(describe_wording(wording), prover, wording.created_at),
    }


def _describe_controller(controller: Controller, prover: Prover) -> Part:
    return {
        **describe_identity(controller),
        "first_used_at": format_moment(controller.first_used_at),
        **prove(describe_controller(controller), prover, controller.first_used_at),
    }


def _list_mails(subscriber: Subscriber) -> list[Part]:
    name_of = cache(name_of_purpose)
    return [
        {
            "campaign": campaign.id,
            "subject": subject_for(campaign, subscriber.given_name, delivery),
            "list": name_of(delivery.purpose_id),
            "consent": str(delivery.consent_event_id),
            "launched_at": format_moment(campaign.launched_at),
            "settled_at": format_moment(delivery.settled_at),
            "became": delivery.status.value,
            "reply": delivery.reply,
            "cancelled": reach and reach._asdict(),
        }
        for delivery, campaign in list_deliveries_to(subscriber.id, limit=ALL)
        for reach in [find_cancelled_reach(campaign)]
    ]


def _as_parts(rows: Sequence[ExportedRow]) -> list[Part]:
    """Return exported rows with their times as text."""
    return [
        {
            name: format_moment(value) if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def _list_disclosures(subscriber: Subscriber, prover: Prover) -> list[Part]:
    key = person_key(subscriber.log_salt)
    found = db.session.scalars(
        select(Disclosure).where(Disclosure.subscriber_id == subscriber.id).order_by(Disclosure.id)
    )
    return [
        {
            "id": str(each.id),
            "kind": each.kind.value,
            "asked_by": each.asked_by,
            "reason": each.reason,
            "occurred_at": format_moment(each.occurred_at),
            **prove(describe_disclosure(each, key=key), prover, each.occurred_at),
        }
        for each in found
    ]


Named = TypeVar("Named", Purpose, Wording, PageSnapshot, Controller)
NAMED_BY: dict[type[Any], str] = {
    Purpose: "purpose_id",
    Wording: "wording_id",
    PageSnapshot: "page_snapshot_id",
    Controller: "controller_id",
}


def _named(table: type[Named], events: Sequence[ConsentEvent]) -> Iterable[Named]:
    """Return the rows of a table that the events refer to, by id."""
    ids = {getattr(event, NAMED_BY[table]) for event in events} - {None}
    return [db.session.get_one(table, each) for each in sorted(ids)]
