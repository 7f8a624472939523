"""The data of privacy requests: My data, departures, cases and their histories."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, select

from supporters import clock
from supporters.database import db
from supporters.mail.models import OutboxEmail
from supporters.personal_data.data_subjects import DataSubject, ExportedRow
from supporters.privacy_requests.models import (
    AccessTicket,
    AddressChange,
    Case,
    CaseEntry,
    Departure,
    StoredText,
)


def export_tickets(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the links of a person that open My data."""
    rows = db.session.scalars(
        select(AccessTicket)
        .where(AccessTicket.subscriber_id == subject.id)
        .order_by(AccessTicket.id)
    )
    return [
        {
            "id": str(ticket.id),
            "created_at": ticket.created_at,
            "used_at": ticket.used_at,
            "closes_at": ticket.closes_at,
        }
        for ticket in rows
    ]


def export_address_changes(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the new addresses that wait for confirmation."""
    rows = db.session.scalars(
        select(AddressChange)
        .where(AddressChange.subscriber_id == subject.id)
        .order_by(AddressChange.id)
    )
    return [
        {
            "id": str(change.id),
            "address": change.address,
            "created_at": change.created_at,
            "expires_at": change.expires_at,
        }
        for change in rows
    ]


def export_departures(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return when the person was unsubscribed by a link in an email, while it can be undone."""
    rows = db.session.scalars(
        select(Departure).where(Departure.subscriber_id == subject.id).order_by(Departure.id)
    )
    return [
        {
            "id": str(departure.id),
            "kind": departure.kind,
            "left_at": departure.left_at,
            "expires_at": departure.expires_at,
            "undone_at": departure.undone_at,
        }
        for departure in rows
    ]


def export_cases(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the requests and complaints of a person, with the notes (REQ-32)."""
    rows = db.session.scalars(
        select(Case).where(Case.subscriber_id == subject.id).order_by(Case.id)
    )
    return [
        {
            "id": str(case.id),
            "kind": case.kind,
            "channel": case.channel,
            "campaign_id": case.campaign_id,
            "received_at": case.received_at,
            "due_at": case.due_at,
            "extended_at": case.extended_at,
            "extension_reason": case.extension_reason,
            "closed_at": case.closed_at,
            "outcome": case.outcome,
            "note": case.note,
        }
        for case in rows
    ]


def export_case_entries(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the history of those cases, with the notes (REQ-32)."""
    return [
        {
            "id": str(entry.id),
            "case_id": str(entry.case_id),
            "act": entry.act,
            "text": entry.text,
            "made_at": entry.made_at,
        }
        for entry in db.session.scalars(
            select(CaseEntry)
            .where(CaseEntry.case_id.in_(_cases_of(subject)))
            .order_by(CaseEntry.id)
        )
    ]


def erase_tickets(subject: DataSubject) -> None:
    """Delete every link and session of My data."""
    db.session.execute(delete(AccessTicket).where(AccessTicket.subscriber_id == subject.id))


def erase_address_changes(subject: DataSubject) -> None:
    """Delete the new addresses that wait, with the emails to them."""
    letters = select(AddressChange.letter_id).where(AddressChange.subscriber_id == subject.id)
    ids = [each for each in db.session.scalars(letters) if each is not None]
    db.session.execute(delete(AddressChange).where(AddressChange.subscriber_id == subject.id))
    db.session.execute(delete(OutboxEmail).where(OutboxEmail.id.in_(ids)))


def erase_departures(subject: DataSubject) -> None:
    """Delete the records that would let the person undo an unsubscription or a dispute."""
    db.session.execute(delete(Departure).where(Departure.subscriber_id == subject.id))


def erase_case_entries(subject: DataSubject) -> None:
    """Delete the history of a person's cases."""
    db.session.execute(delete(CaseEntry).where(CaseEntry.case_id.in_(_cases_of(subject))))


def _cases_of(subject: DataSubject) -> Select[int]:
    return select(Case.id).where(Case.subscriber_id == subject.id)


def erase_cases(subject: DataSubject) -> None:
    """Close open cases and delete their texts; a case without a person stays for statistics."""
    for case in db.session.scalars(select(Case).where(Case.subscriber_id == subject.id)):
        case.subscriber_id = case.note = None
        case.closed_at = case.closed_at or clock.now()
        case.outcome = StoredText.ERASED.value
        if case.extension_reason is not None:
            case.extension_reason = StoredText.ERASED.value
    db.session.flush()
