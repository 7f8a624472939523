"""The link of My data works once, and opens the page for half an hour."""

from datetime import datetime
from enum import Enum, auto

import structlog
from sqlalchemy import delete

from supporters import clock
from supporters.cases.models import AccessTicket, AddressChange, StoredText
from supporters.cases.rules import SESSION_LIFETIME
from supporters.consent.record_forms import describe_disclosure
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.crypto.tokens import TokenPurpose, is_secret_of, read_row
from supporters.database import db, delete_where, transaction, update_where, use_case
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.people.activity import record_activity
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, lock_subscriber
from supporters.personal_data.data_subjects import data_subject_of
from supporters.transparency_log.log_records import add_entry, person_key

log = structlog.get_logger(__name__)


class OpenMyDataError(Enum):
    """Why a link doesn't open My data."""

    UNKNOWN = auto()
    OVER = auto()


def find_ticket(token: str) -> AccessTicket | OpenMyDataError:
    """Return the ticket of a link that still works; changes nothing."""
    read = read_row(current_tokens(), TokenPurpose.MY_DATA, token)
    if read is None:
        return OpenMyDataError.UNKNOWN
    ticket = db.session.get(AccessTicket, read.row_id)
    person = find_subscriber(ticket.subscriber_id or 0) if ticket else None
    if ticket is None or person is None:
        return OpenMyDataError.OVER  # the row or the person was deleted meanwhile
    if not is_secret_of(ticket.token_hash, read.secret, person.address_key):
        return OpenMyDataError.UNKNOWN
    is_over = ticket.used_at is not None or ticket.closes_at <= clock.now()
    return OpenMyDataError.OVER if is_over else ticket


def open_my_data(token: str) -> int | OpenMyDataError:
    """Use the link up; return the id of the session that it opens.

    The log records that the person saw their data, and it counts as an act of theirs (REQ-36).
    """
    now = clock.now()
    with transaction():
        ticket = find_ticket(token)
        if isinstance(ticket, OpenMyDataError):
            return ticket
        person = lock_subscriber(ticket.subscriber_id or 0)
        db.session.refresh(ticket, with_for_update=True)
        if person is None or ticket.used_at is not None:
            return OpenMyDataError.OVER
        ticket.used_at = now
        ticket.closes_at = now + SESSION_LIFETIME
        record_activity(person, now)
        _log_access(person, now)
        _reset_email_limit(person, now)
    log.info("my_data.opened", subscriber=person.id)
    return ticket.id


def find_open_person(session_id: int) -> Subscriber | None:
    """Return the person of a session; None once the session is over."""
    ticket = db.session.get(AccessTicket, session_id)
    if ticket is None or ticket.used_at is None or ticket.closes_at <= clock.now():
        return None
    return find_subscriber(ticket.subscriber_id or 0)


def find_closing_time(session_id: int) -> datetime | None:
    """Return when a session ends by itself."""
    ticket = db.session.get(AccessTicket, session_id)
    return ticket.closes_at if ticket else None


@use_case
def close_my_data(session_id: int) -> None:
    """End a session: its cookie opens nothing any more, even if somebody stole it."""
    db.session.execute(delete(AccessTicket).where(AccessTicket.id == session_id))


def _log_access(person: Subscriber, now: datetime) -> None:
    disclosure = Disclosure(
        id=new_id(now),
        kind=DisclosureKind.ACCESS,
        subscriber_id=person.id,
        asked_by=StoredText.THE_PERSON.value,
        reason=StoredText.BY_EMAIL.value,
        people=1,
        occurred_at=now,
    )
    db.session.add(disclosure)
    add_entry(describe_disclosure(disclosure, key=person_key(person.log_salt)))


def _reset_email_limit(person: Subscriber, now: datetime) -> None:
    """Reset the limit on these emails: the person has shown that they want them."""
    update_where(
        OutboxEmail,
        OutboxEmail.rate_mac == data_subject_of(person).rate_mac,
        OutboxEmail.kind == EmailKind.MY_DATA,
        answered_at=now,
    )


@use_case
def purge_tickets(now: datetime) -> int:
    """Delete the links and sessions that have expired; return how many."""
    return delete_where(AccessTicket, AccessTicket.closes_at <= now)


@use_case
def purge_address_changes(now: datetime) -> int:
    """Delete the address changes that weren't confirmed in time; return how many."""
    return delete_where(AddressChange, AddressChange.expires_at <= now)
