"""Joins more from "My data": the one-time letter has proved the mailbox already.

It goes the way of every signup: a request with the wordings, and the yes that is written for it.
"""

import hashlib
import secrets
from collections.abc import Sequence

from supporters import clock
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.queries import list_open_lists
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.rights.access.models import AccessTicket
from supporters.signup.answering import write_yes
from supporters.signup.models import SignupRequest
from supporters.signup.queries import Offer, list_choices, list_offers
from supporters.signup.requesting import store_request

SECRET_BYTES = 16


def list_offers_to(standing: set[int], language: str) -> list[Offer]:
    """Return what somebody could still agree to: open lists, then what is no list."""
    lists = list_open_lists()
    if not lists:
        return []
    offers = list_offers(lists[0], language)
    return [offer for offer in offers if offer[1].purpose_id not in standing]


def agree(session_id: int, offers: Sequence[Offer], *, page_url: str, page_version_id: int) -> bool:
    """Write the yes of the person of a session to the boxes they ticked; tell whether it was."""
    with transaction():
        ticket = db.session.get(AccessTicket, session_id)
        person = lock_subscriber(ticket.subscriber_id or 0) if ticket else None
        if ticket is None or person is None or person.restricted_at is not None:
            return False
        paused_until = person.paused_until
        request = _make_request(person, ticket)
        request.page_url, request.page_version_id = page_url, page_version_id
        request.mailing_list_id = _list_of(offers).id
        store_request(request, offers)
        write_yes(request, list_choices(request.id), Method.MY_DATA)
        person.paused_until = paused_until
    return True


def _make_request(person: Subscriber, ticket: AccessTicket) -> SignupRequest:
    """Return a request whose evidence is the letter that opened the session."""
    now = clock.now()
    public_id = secrets.token_urlsafe(SECRET_BYTES)
    return SignupRequest(
        id=new_id(now),
        public_id=public_id,
        address=person.address,
        address_key=person.address_key,
        address_mac=person.address_mac,
        given_name=person.given_name,
        language=person.language,
        token_hash=hashlib.sha256(ticket.token_hash + public_id.encode()).digest(),
        code_mac=secrets.token_bytes(32),
        log_salt=person.log_salt,
        code_attempts=0,
        code_guesses=0,
        created_at=now,
        expires_at=now,
    )


def _list_of(offers: Sequence[Offer]) -> MailingList:
    """Return the list that a request names: the first that was ticked, else the first open one."""
    ticked = (mailing_list for mailing_list, _ in offers if mailing_list is not None)
    return next(ticked, None) or list_open_lists()[0]
