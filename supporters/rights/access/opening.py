"""Opens "My data" by the one-time link of a letter, for half an hour, for one person."""

from datetime import datetime
from enum import Enum, auto

import structlog
from sqlalchemy import delete, update

from supporters import clock
from supporters.consent.log.appending import append
from supporters.consent.log.describing import describe_disclosure
from supporters.consent.log.keys import person_key
from supporters.consent.log.models import Disclosure, DisclosureKind
from supporters.database import db, transaction, use_case
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.link_secrets import is_secret_of, read_row
from supporters.mail.models import Letter, LetterKind
from supporters.people.acting import note_act
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, lock_subscriber
from supporters.rights.access.models import AccessTicket
from supporters.rights.access.rules import SESSION_LIFETIME
from supporters.rights.holdings.holders import holder_of
from supporters.rights.models import StoredText
from supporters.tokens import Purpose

log = structlog.get_logger(__name__)


class NotOpened(Enum):
    """Why a link doesn't open anything."""

    UNKNOWN = auto()
    OVER = auto()


def find_ticket(token: str) -> AccessTicket | NotOpened:
    """Return the ticket of a letter's link, if it can be used; changes nothing."""
    read = read_row(current_tokens(), Purpose.MY_DATA, token)
    if read is None:
        return NotOpened.UNKNOWN
    ticket = db.session.get(AccessTicket, read.row_id)
    person = find_subscriber(ticket.subscriber_id or 0) if ticket else None
    if ticket is None or person is None:
        return NotOpened.OVER  # forgotten meanwhile, as is who it was for
    if not is_secret_of(ticket.token_hash, read.secret, person.address_key):
        return NotOpened.UNKNOWN
    is_over = ticket.used_at is not None or ticket.closes_at <= clock.now()
    return NotOpened.OVER if is_over else ticket


def open_my_data(token: str) -> int | NotOpened:
    """Use the link up; return the id of the session that it opens.

    It goes into the log that the person saw what we hold, and it is an act of theirs (REQ-36).
    """
    now = clock.now()
    with transaction():
        ticket = find_ticket(token)
        if isinstance(ticket, NotOpened):
            return ticket
        person = lock_subscriber(ticket.subscriber_id or 0)
        db.session.refresh(ticket, with_for_update=True)
        if person is None or ticket.used_at is not None:
            return NotOpened.OVER
        ticket.used_at = now
        ticket.closes_at = now + SESSION_LIFETIME
        note_act(person, now)
        _log_access(person, now)
        _mark_letters_answered(person, now)
    log.info("my_data.opened", subscriber=person.id)
    return ticket.id


def find_open_person(session_id: int) -> Subscriber | None:
    """Return whose data a session shows; None once it is over."""
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
    """End a session: its cookie, kept or stolen, opens nothing any more."""
    db.session.execute(delete(AccessTicket).where(AccessTicket.id == session_id))


def _log_access(person: Subscriber, now: datetime) -> None:
    disclosure = Disclosure(
        id=new_id(now),
        kind=DisclosureKind.ACCESS,
        subscriber_id=person.id,
        asked_by=StoredText.THE_PERSON.value,
        reason=StoredText.BY_LETTER.value,
        people=1,
        occurred_at=now,
    )
    db.session.add(disclosure)
    append(describe_disclosure(disclosure, key=person_key(person.log_salt)))


def _mark_letters_answered(person: Subscriber, now: datetime) -> None:
    """Let the caps on these letters start anew: the holder has shown that they want them."""
    db.session.execute(
        update(Letter)
        .where(Letter.rate_mac == holder_of(person).rate_mac, Letter.kind == LetterKind.MY_DATA)
        .values(answered_at=now)
        .execution_options(synchronize_session=False)
    )
