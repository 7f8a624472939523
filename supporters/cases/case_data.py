"""The data of privacy requests: My data, departures, cases and their histories."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, select

from supporters import clock
from supporters.cases.models import (
    AccessTicket,
    AddressChange,
    Case,
    CaseEntry,
    Departure,
    StoredText,
)
from supporters.database import db
from supporters.mail.models import OutboxEmail
from supporters.personal_data.data_registry import HASH_OF_A_SECRET, KEY_OF_THE_PERSON, KEYED_HASH
from supporters.personal_data.data_subjects import DataSource, DataSubject, ExportedRow
from supporters.personal_data.exported_rows import export_rows


def export_tickets(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the links of a person that open My data."""
    return export_rows(
        select(AccessTicket)
        .where(AccessTicket.subscriber_id == subject.id)
        .order_by(AccessTicket.id),
        *("id", "created_at", "used_at", "closes_at"),
    )


def export_address_changes(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the new addresses that wait for confirmation."""
    return export_rows(
        select(AddressChange)
        .where(AddressChange.subscriber_id == subject.id)
        .order_by(AddressChange.id),
        *("id", "address", "created_at", "expires_at"),
    )


def export_departures(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return when the person was unsubscribed by a link in an email, while it can be undone."""
    return export_rows(
        select(Departure).where(Departure.subscriber_id == subject.id).order_by(Departure.id),
        *("id", "kind", "left_at", "expires_at", "undone_at"),
    )


def export_cases(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the requests and complaints of a person, with the notes (REQ-32)."""
    return export_rows(
        select(Case).where(Case.subscriber_id == subject.id).order_by(Case.id),
        *(
            "id",
            "kind",
            "channel",
            "campaign_id",
            "received_at",
            "due_at",
            "extended_at",
            "extension_reason",
            "closed_at",
            "outcome",
            "note",
        ),
    )


def export_case_entries(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the history of those cases, with the notes (REQ-32)."""
    return export_rows(
        select(CaseEntry).where(CaseEntry.case_id.in_(_cases_of(subject))).order_by(CaseEntry.id),
        *("id", "case_id", "act", "text", "made_at"),
    )


def erase_tickets(subject: DataSubject) -> None:
    """Delete every link and session of My data."""
    db.session.execute(delete(AccessTicket).where(AccessTicket.subscriber_id == subject.id))


def erase_address_changes(subject: DataSubject) -> None:
    """Delete the new addresses that wait, with the emails to them."""
    emails = select(AddressChange.email_id).where(AddressChange.subscriber_id == subject.id)
    ids = [each for each in db.session.scalars(emails) if each is not None]
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


CASE_DATA_SOURCES = (
    DataSource(
        table="access_ticket",
        export=export_tickets,
        erase=erase_tickets,
        columns_left_out={
            "encrypted": "the address itself, encrypted; deleted as soon as a worker has answered",
            "subscriber_id": KEY_OF_THE_PERSON,
            "token_hash": HASH_OF_A_SECRET,
        },
    ),
    DataSource(
        table="address_change",
        export=export_address_changes,
        erase=erase_address_changes,
        columns_left_out={
            "subscriber_id": KEY_OF_THE_PERSON,
            "address_mac": KEYED_HASH,
            "token_hash": HASH_OF_A_SECRET,
            "email_id": "the email went to another mailbox and is exported with that one",
        },
    ),
    DataSource(
        table="departure",
        export=export_departures,
        erase=erase_departures,
        columns_left_out={"subscriber_id": KEY_OF_THE_PERSON, "token_hash": HASH_OF_A_SECRET},
    ),
    DataSource(
        table="case_entry",
        export=export_case_entries,
        erase=erase_case_entries,
        columns_left_out={
            "made_by": "the account of a team member",
            "email_id": "exported with the transactional emails, if it went to the person",
        },
    ),
    DataSource(
        table="privacy_case",
        export=export_cases,
        erase=erase_cases,
        columns_left_out={"subscriber_id": KEY_OF_THE_PERSON},
    ),
)
