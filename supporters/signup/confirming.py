"""The mailbox holder confirms: the only way in which an address becomes mailable.

Writes the subscriber, the consent events and the subscriptions in one transaction; a repetition
changes nothing and shows the same.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from supporters import clock
from supporters.consent.models import ConsentEvent, Method
from supporters.database import db, take_turns, transaction
from supporters.lists.joining import find_standing
from supporters.people.keys import code_mac
from supporters.people.queries import find_subscriber_by_key
from supporters.signup.answering import write_yes
from supporters.signup.models import SignupRequest
from supporters.signup.queries import (
    Choice,
    find_request,
    list_choices,
    list_requests_with_codes,
    name_of_choice,
)
from supporters.signup.rules import is_expired, may_try_code
from supporters.signup.secrets import hash_secret, read_secret
from supporters.tokens import Purpose, TokenError


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What a person agreed to, as the page after confirming shows it."""

    list_name: str
    wording_text: str
    agreed_at: datetime
    event_id: int


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """The person is on the lists that they ticked."""

    subscriber_id: int
    agreements: Sequence[Agreement]


class NotConfirmed(Enum):
    """Why a confirmation was not accepted."""

    UNKNOWN = auto()
    EXPIRED = auto()
    WRONG_CODE = auto()
    TOO_MANY_CODES = auto()


def find_request_of_token(purpose: Purpose, token: str) -> SignupRequest | NotConfirmed:
    """Return the request that a letter's link belongs to; changes nothing."""
    try:
        public_id, secret = read_secret(purpose, token)
    except TokenError:
        return NotConfirmed.UNKNOWN
    request = find_request(public_id)
    if request is None or not is_secret_of(request, secret):
        return NotConfirmed.UNKNOWN
    if request.confirmed_at is None and is_expired(request.expires_at, clock.now()):
        return NotConfirmed.EXPIRED
    return request


def confirm_by_link(token: str) -> Confirmed | NotConfirmed:
    """Confirm the request that the letter's link belongs to."""
    with transaction():
        found = find_request_of_token(Purpose.CONFIRM, token)
        if not isinstance(found, NotConfirmed):
            _take_turns_on(found)
            found = find_request_of_token(Purpose.CONFIRM, token)
        return found if isinstance(found, NotConfirmed) else confirm_request(found, Method.LINK)


def confirm_by_code(public_id: str, code: str) -> Confirmed | NotConfirmed:
    """Confirm with the six digits of a letter, typed on the page that is still open.

    A second request of an address gets no second letter within a day, so the code is compared
    with those of all letters that went to the address. Each page takes five tries, and each code
    is compared five times, from however many pages; only the first of these two is told, since
    whether letters went out is nobody's business but the holder's.
    """
    with transaction():
        asked = find_request(public_id)
        if asked is not None:
            _take_turns_on(asked)
            asked = find_request(public_id)
        if asked is None:
            return NotConfirmed.WRONG_CODE
        if not may_try_code(asked.code_attempts):
            return NotConfirmed.TOO_MANY_CODES
        request = _find_by_code(asked, code)
        if request is not None:
            return confirm_request(request, Method.CODE)
        asked.code_attempts += 1
        return NotConfirmed.WRONG_CODE


def _find_by_code(asked: SignupRequest, code: str) -> SignupRequest | None:
    """Return the request whose letter has this code, of those whose codes may still be tried."""
    may_have_it = [
        request
        for request in list_requests_with_codes(asked.address_mac, clock.now())
        if may_try_code(request.code_guesses)
    ]
    for request in may_have_it:
        if hmac.compare_digest(request.code_mac, code_mac(request.public_id, code)):
            return request
    for request in may_have_it:
        request.code_guesses += 1
    return None


def _take_turns_on(request: SignupRequest) -> None:
    """Let what happens to one address happen one after the other; what was read may be over."""
    take_turns(request.address_mac)
    db.session.expire_all()


def is_secret_of(request: SignupRequest, secret: str) -> bool:
    """Tell whether a link's secret is the one that the request's letter had."""
    wording_ids = [wording.id for _, _, wording in list_choices(request.id)]
    token_hash = hash_secret(secret, request.address_key, wording_ids)
    return hmac.compare_digest(request.token_hash, token_hash)


def confirm_request(request: SignupRequest, method: Method) -> Confirmed | NotConfirmed:
    """Confirm a request, within a transaction; one that is confirmed is only described."""
    choices = list_choices(request.id)
    if request.confirmed_at is None:
        write_yes(request, choices, method)
    return _describe(request.address_key, choices)


def _describe(address_key: str, choices: Sequence[Choice]) -> Confirmed | NotConfirmed:
    """Return what the person is on of what they ticked; a link used before they left is over."""
    subscriber = find_subscriber_by_key(address_key)
    agreements = [
        Agreement(
            list_name=name_of_choice(mailing_list, wording),
            wording_text=wording.text,
            agreed_at=db.session.get_one(ConsentEvent, standing.consent_event_id).occurred_at,
            event_id=standing.consent_event_id,
        )
        for _, mailing_list, wording in choices
        if subscriber is not None
        and (standing := find_standing(subscriber.id, wording.purpose_id, mailing_list))
    ]
    if subscriber is None or not agreements:
        return NotConfirmed.EXPIRED
    return Confirmed(subscriber_id=subscriber.id, agreements=agreements)
