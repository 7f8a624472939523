"""Joins more from "My data": the one-time letter has proved the mailbox already.

It goes the way of every signup: a request with the wordings, and the yes that is written for it.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from supporters import clock
from supporters.consent.models import Method
from supporters.database import db, use_case
from supporters.link_secrets import new_secret
from supporters.lists.queries import list_open_lists
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.rights.access.models import AccessTicket
from supporters.signup.answering import find_confirmer, write_yes
from supporters.signup.events import Yes
from supporters.signup.new_requests import Asker, NewRequest, Page, Proof, store_request
from supporters.signup.queries import AskedRequest, Offer, Ticked, list_offers, list_ticked

CODE_BYTES = 32


def list_offers_to(standing: set[int], language: str) -> list[Offer]:
    """Return what somebody could still agree to: open lists, then what is no list."""
    lists = list_open_lists()
    if not lists:
        return []
    offers = list_offers(lists[0], language)
    return [offer for offer in offers if offer[1].purpose_id not in standing]


@use_case
def agree(
    session_id: int, wording_ids: Sequence[int], *, page_url: str, page_version_id: int
) -> bool:
    """Write the yes of the person of a session to the boxes they ticked; tell whether it was."""
    ticket = db.session.get(AccessTicket, session_id)
    person = lock_subscriber(ticket.subscriber_id or 0) if ticket else None
    if ticket is None or person is None or person.restricted_at is not None:
        return False
    paused_until = person.paused_until
    ticked = list_ticked(wording_ids)
    page = Page(mailing_list_id=_list_of(ticked), url=page_url, version_id=page_version_id)
    asked = _store_request(person, ticket, page=page, ticked=ticked)
    yes = Yes(method=Method.MY_DATA, evidence=asked.request.token_hash)
    write_yes(asked, yes, find_confirmer(person.address_mac))
    person.paused_until = paused_until
    return True


def _store_request(
    person: Subscriber, ticket: AccessTicket, *, page: Page, ticked: Sequence[Ticked]
) -> AskedRequest:
    """Store a request whose evidence is the letter that opened the session; it is over at once."""
    public_id = new_secret()
    return store_request(
        NewRequest(
            asker=Asker(
                address=person.address,
                address_key=person.address_key,
                address_mac=person.address_mac,
                given_name=person.given_name,
                language=person.language,
                log_salt=person.log_salt,
            ),
            proof=Proof(
                public_id=public_id,
                token_hash=hashlib.sha256(ticket.token_hash + public_id.encode()).digest(),
                code_mac=secrets.token_bytes(CODE_BYTES),
            ),
            page=page,
            ticked=ticked,
            lifetime=timedelta(0),
        ),
        now=clock.now(),
    )


def _list_of(ticked: Sequence[Ticked]) -> int:
    """Return the list that a request names: the first that was ticked, else the first open one."""
    lists = (mailing_list.id for mailing_list, _, _ in ticked if mailing_list is not None)
    return next(lists, None) or list_open_lists()[0].id
