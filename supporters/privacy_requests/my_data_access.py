"""Sends the link of My data to a mailbox; it works once and opens the page for half an hour."""

from datetime import datetime
from enum import Enum, auto

import structlog
from sqlalchemy import delete, update

from supporters import clock
from supporters.consent.record_forms import describe_disclosure
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.consent.suppression import is_signup_mail_blocked
from supporters.database import db, delete_where, transaction, use_case
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.link_secrets import (
    RowSecret,
    hash_secret,
    is_secret_of,
    new_secret,
    read_row,
    sign_row,
)
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import EmailDraft, TemplateValues, put_email
from supporters.mail.queries import list_unanswered_emails
from supporters.people.activity import record_activity
from supporters.people.address_hashes import rate_mac
from supporters.people.addresses import Address
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, find_subscriber_by_key, lock_subscriber
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import data_subject_of, data_subject_of_address
from supporters.privacy_requests.models import AccessTicket, AddressChange, StoredText
from supporters.privacy_requests.rules import LINK_LIFETIME, SESSION_LIFETIME, may_send_link
from supporters.tokens import TokenPurpose
from supporters.transparency_log.log_keys import person_key
from supporters.transparency_log.log_records import add_entry

PROVENANCE = ("way", "collected_by", "collected_from", "collected_until")
log = structlog.get_logger(__name__)


def send_access_link(address: Address, language: str) -> None:
    """Create a ticket, and the email with its link or with the answer that we hold no data."""
    now = clock.now()
    mailbox = rate_mac(address.rate_key)
    ticket_id = new_id(now)
    secret = new_secret()
    token = sign_row(current_tokens(), TokenPurpose.MY_DATA, RowSecret(ticket_id, secret))
    with transaction():
        Lock.MAILBOX.take(mailbox)
        subscriber = find_subscriber_by_key(address.key)
        sent = list_unanswered_emails(mailbox, now - LINK_LIFETIME, [EmailKind.MY_DATA])
        draft = EmailDraft(
            kind=EmailKind.MY_DATA,
            recipient=address.text,
            language=language,
            values={
                "open_url": link_to("public.open_my_data_page", lang_code=language, token=token),
                "hours": int(LINK_LIFETIME.total_seconds() // 3600),
                "is_known": subscriber is not None,
                **_traces_of(address),
            },
            useful_for=LINK_LIFETIME,
            rate_mac=mailbox,
        )
        is_blocked = is_signup_mail_blocked(address, now)
        is_withheld = not may_send_link(sent, now, is_blocked=is_blocked)
        put_email(draft, now=now, is_withheld=is_withheld)
        db.session.add(
            AccessTicket(
                id=ticket_id,
                token_hash=hash_secret(secret, address.key),
                subscriber_id=subscriber.id if subscriber else None,
                created_at=now,
                closes_at=now + LINK_LIFETIME,
            )
        )


def _traces_of(address: Address) -> TemplateValues:
    """Return what we hold on an address that isn't a subscriber's.

    Every table is read for every address, so the response time reveals nothing.
    """
    data = export_everything(data_subject_of_address(address.text))
    traces: dict[str, str | int | list[str]] = {
        "has_asked": bool(data["signup_request"]),
        "is_invited": bool(data["invitation"]),
        "letters": sum(item["status"] != EmailStatus.WITHHELD for item in data["letter"]),
        "is_stopped": bool(data["suppression"]),
    }
    for invitation in data["invitation"]:
        traces |= {name: str(invitation[name] or "") for name in PROVENANCE}
    return traces


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
    db.session.execute(
        update(OutboxEmail)
        .where(
            OutboxEmail.rate_mac == data_subject_of(person).rate_mac,
            OutboxEmail.kind == EmailKind.MY_DATA,
        )
        .values(answered_at=now)
        .execution_options(synchronize_session=False)
    )


@use_case
def purge_tickets(now: datetime) -> int:
    """Delete the links and sessions that have expired; return how many."""
    return delete_where(AccessTicket, AccessTicket.closes_at <= now)


@use_case
def purge_address_changes(now: datetime) -> int:
    """Delete the address changes that weren't confirmed in time; return how many."""
    return delete_where(AddressChange, AddressChange.expires_at <= now)
