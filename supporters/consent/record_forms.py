"""Turns rows into the records that are sealed: every field that must not change (REQ-16).

The fields of an event follow ISO/IEC TS 27560: header, processing, parties, event. The first events
were sealed without a basis and a controller, and keep that form. An event has the second form if it
names a controller (ADR 025), and the third if its row says so (ADR 137).
"""

import dataclasses

from supporters.consent.event_records import AnyEvent
from supporters.consent.models import Controller, PageSnapshot, Purpose, Wording
from supporters.consent.record_models import Disclosure, EmailSnapshot, Erasure, Restoration
from supporters.transparency_log.log_records import OPEN_KEY, LogRecord, format_moment

EVENT_SCHEMA, SECOND_FORM = "supporters.event", 2
PURPOSE, WORDING, PAGE, CONTROLLER = "purpose", "wording", "page", "controller"
ERASED, DISCLOSED, EXPORTED = "erased", "disclosed", "exported"
RESTORED = "restored"
EMAIL = "email"


def describe_event(
    event: AnyEvent,
    wording: Wording | None,
    page: PageSnapshot | None,
    *,
    controller: Controller | None,
    key: bytes,
) -> LogRecord:
    """Return the record of an event. Pass the wording, page and controller that it refers to."""
    return LogRecord(
        kind=event.kind.value,
        id=event.id,
        fields={
            "person": event.address_mac.hex(),
            "purpose": event.purpose_id,
            "wording": None
            if wording is None
            else {
                "id": wording.id,
                "version": wording.version,
                "language": wording.language,
                "sha256": wording.text_hash,
            },
            "page": None if page is None else {"id": page.id, "sha256": page.content_hash},
            "page_url": event.page_url,
            "method": event.method.value,
            "request": None if event.request_id is None else str(event.request_id),
            "requested_at": format_moment(event.requested_at),
            "occurred_at": format_moment(event.occurred_at),
            "evidence": None if event.evidence is None else event.evidence.hex(),
            **({} if event.controller_id is None else _describe_responsibility(event, controller)),
            **describe_email(event),
        },
        key=key,
    )


def _describe_responsibility(event: AnyEvent, controller: Controller | None) -> dict[str, object]:
    """Return the fields that the first form of an event lacks."""
    holder = event.holder
    return {
        "event_schema": f"{EVENT_SCHEMA}/{event.record_form or SECOND_FORM}",
        "basis": None if event.basis is None else event.basis.value,
        "controller": None if controller is None else describe_identity(controller),
        **({} if holder is None else {"holder": holder.hex(), **describe_place(event)}),
    }


def describe_place(event: AnyEvent) -> dict[str, object]:
    """Return where the person acted, for the third form of an event."""
    return {
        "surface": None if event.surface is None else event.surface.value,
        "origin": event.origin,
        "typed_at": format_moment(event.typed_at),
        "form": event.form_id,
    }


def describe_email(event: AnyEvent) -> dict[str, object]:
    """Return the field with the email that was confirmed by; events without one have no field."""
    if event.email_status is None:
        return {}
    message, snapshot = event.email_sha256, event.email_snapshot_sha256
    return {
        "email": {
            "status": event.email_status.value,
            "settled_at": format_moment(event.email_settled_at),
            "reply": event.email_reply,
            "sha256": None if message is None else message.hex(),
            "snapshot_sha256": None if snapshot is None else snapshot.hex(),
        }
    }


def describe_identity(controller: Controller) -> dict[str, str]:
    """Return the identity of a controller for its own record, events and receipts."""
    return {
        "id": str(controller.id),
        "name": controller.name,
        "address": controller.address,
        "contact": controller.contact,
        "data_protection_officer": controller.data_protection_officer,
    }


def describe_purpose(purpose: Purpose) -> LogRecord:
    """Return the record of a purpose."""
    fields = {
        "about": purpose.kind.value,
        "succeeds": purpose.succeeds_id,
        "created_at": format_moment(purpose.created_at),
    }
    return LogRecord(PURPOSE, purpose.id, fields)


def describe_wording(wording: Wording) -> LogRecord:
    """Return the record of a version of a wording."""
    fields = {
        "purpose": wording.purpose_id,
        "language": wording.language,
        "version": wording.version,
        "text": wording.text,
        "sha256": wording.text_hash,
        "created_at": format_moment(wording.created_at),
    }
    return LogRecord(WORDING, wording.id, fields)


def describe_page(page: PageSnapshot) -> LogRecord:
    """Return the record of a page snapshot. The first snapshots were sealed without a style."""
    fields = {
        "language": page.language,
        "sha256": page.content_hash,
        "first_used_at": format_moment(page.first_used_at),
        **({} if page.style_hash is None else {"style_sha256": page.style_hash}),
    }
    return LogRecord(PAGE, page.id, fields)


def describe_email_snapshot(snapshot: EmailSnapshot) -> LogRecord:
    """Return the record of an email snapshot."""
    fields = {
        "about": snapshot.kind,
        "language": snapshot.language,
        "sha256": snapshot.content_hash.hex(),
        "first_used_at": format_moment(snapshot.first_used_at),
    }
    return LogRecord(EMAIL, snapshot.id, fields)


def describe_controller(controller: Controller) -> LogRecord:
    """Return the record of a controller."""
    fields = {
        **describe_identity(controller),
        "first_used_at": format_moment(controller.first_used_at),
    }
    return LogRecord(CONTROLLER, controller.id, fields)


def describe_erasure(erasure: Erasure, *, key: bytes) -> LogRecord:
    """Return the record of an erasure, under `erasure_key()`. The first ones had the list."""
    listed: dict[str, object] = {"records": erasure.records}
    if erasure.records_sha256 is not None:
        listed = {
            "records_sha256": erasure.records_sha256.hex(),
            "record_count": erasure.record_count,
        }
    fields = {
        "reason": erasure.reason.value,
        **listed,
        "occurred_at": format_moment(erasure.occurred_at),
        **({} if erasure.holder is None else {"holder": erasure.holder.hex()}),
    }
    return LogRecord(ERASED, erasure.id, fields, key)


def describe_export(export: Disclosure) -> LogRecord:
    """Return the record of an export. No erasure of a person can hide it."""
    return dataclasses.replace(describe_disclosure(export), kind=EXPORTED)


def describe_disclosure(disclosure: Disclosure, *, key: bytes = OPEN_KEY) -> LogRecord:
    """Return the record of a disclosure."""
    fields = {
        "what": disclosure.kind.value,
        "list": disclosure.mailing_list_id,
        "asked_by": disclosure.asked_by,
        "reason": disclosure.reason,
        "people": disclosure.people,
        "occurred_at": format_moment(disclosure.occurred_at),
    }
    return LogRecord(DISCLOSED, disclosure.id, fields, key)


def describe_restoration(restoration: Restoration, *, key: bytes) -> LogRecord:
    """Return the record of a restoration from a backup, under `restoration_key()`."""
    fields = {
        "lost_head": restoration.lost_head,
        "restored_size": restoration.restored_size,
        "replayed": restoration.replayed,
        "occurred_at": format_moment(restoration.occurred_at),
        **_describe_going_on(restoration),
    }
    return LogRecord(RESTORED, restoration.id, fields, key)


def _describe_going_on(restoration: Restoration) -> dict[str, object]:
    """Return the fields that say how the log goes on; the first restorations had none."""
    if restoration.appended is None:
        return {}
    return {"appended": restoration.appended, "origin": restoration.origin}
