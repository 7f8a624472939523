"""The mailbox holder confirms: the only way in which an address becomes mailable.

Writes the subscriber, the consent events and the subscriptions in one transaction; a repetition
changes nothing and shows the same.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import structlog
from sqlalchemy import select, update

from supporters import clock
from supporters.consent.models import ConsentEvent, Method, Wording
from supporters.consent.suppressing import lift_shield, lift_suppressions
from supporters.database import db, take_turns, transaction
from supporters.ids import new_id
from supporters.lists.joining import Confirmation, join, make_confirmed_event
from supporters.lists.models import MailingList, Subscription
from supporters.mail.models import Letter
from supporters.people.addresses import parse_address
from supporters.people.keys import code_mac, rate_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.queries import find_request, list_choices, list_requests_with_codes
from supporters.signup.rules import is_expired, may_try_code
from supporters.signup.secrets import hash_secret, read_secret
from supporters.tokens import Purpose, TokenError

log = structlog.get_logger(__name__)

Choice = tuple[SignupChoice, MailingList, Wording]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What a person agreed to, as the page after confirming shows it."""

    list_name: str
    wording_text: str
    agreed_at: datetime


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
    if request is None or not _is_secret_of(request, secret):
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
        return found if isinstance(found, NotConfirmed) else _confirm(found, Method.LINK)


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
            return _confirm(request, Method.CODE)
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


def _is_secret_of(request: SignupRequest, secret: str) -> bool:
    wording_ids = [wording.id for _, _, wording in list_choices(request.id)]
    token_hash = hash_secret(secret, request.address_key, wording_ids)
    return hmac.compare_digest(request.token_hash, token_hash)


def _confirm(request: SignupRequest, method: Method) -> Confirmed | NotConfirmed:
    choices = list_choices(request.id)
    if request.confirmed_at is None:
        _write(request, choices, method)
    return _describe(request.address_key, choices)


def _write(request: SignupRequest, choices: Sequence[Choice], method: Method) -> None:
    how = Confirmation(
        method=method,
        evidence=request.token_hash,
        page_url=request.page_url,
        requested_at=request.created_at,
        confirmed_at=clock.now(),
    )
    known = find_subscriber_by_key(request.address_key)
    subscriber_id = known.id if known else new_id(how.confirmed_at)
    new = [
        (mailing_list, make_confirmed_event(subscriber_id, wording, how=how))
        for _, mailing_list, wording in choices
        if db.session.get(Subscription, (subscriber_id, mailing_list.id)) is None
    ]
    if known is None:
        db.session.add(_make_subscriber(subscriber_id, request, new[0][1]))
    else:
        known.given_name = known.given_name or request.given_name
        known.language = request.language
    db.session.flush()
    for mailing_list, event in new:
        join(mailing_list, event)
    _lift_suppressions(request, choices)
    request.confirmed_at = how.confirmed_at
    _mark_letters_answered(request, how.confirmed_at)
    log.info("signup.confirmed", request=request.id, subscriber=subscriber_id, method=method.value)


def _make_subscriber(
    subscriber_id: int, request: SignupRequest, joined_by: ConsentEvent
) -> Subscriber:
    return Subscriber(
        id=subscriber_id,
        address=request.address,
        address_key=request.address_key,
        address_mac=request.address_mac,
        given_name=request.given_name,
        language=request.language,
        created_at=joined_by.occurred_at,
        joined_event_id=joined_by.id,
    )


def _lift_suppressions(request: SignupRequest, choices: Sequence[Choice]) -> None:
    lift_suppressions(request.address_mac, [choice.purpose_id for choice, _, _ in choices])
    lift_shield(rate_mac(parse_address(request.address).rate_key))


def _mark_letters_answered(request: SignupRequest, now: datetime) -> None:
    """Let the caps on letters start anew: the holder has shown that they want them."""
    letters = select(SignupRequest.letter_id).where(
        SignupRequest.address_mac == request.address_mac
    )
    db.session.execute(
        update(Letter)
        .where(Letter.id.in_(letters))
        .values(answered_at=now)
        .execution_options(synchronize_session=False)
    )


def _describe(address_key: str, choices: Sequence[Choice]) -> Confirmed | NotConfirmed:
    """Return what the person is on of what they ticked; a link used before they left is over."""
    subscriber = find_subscriber_by_key(address_key)
    agreements = [
        Agreement(
            list_name=mailing_list.name,
            wording_text=wording.text,
            agreed_at=subscription.subscribed_at,
        )
        for _, mailing_list, wording in choices
        if subscriber is not None
        and (subscription := db.session.get(Subscription, (subscriber.id, mailing_list.id)))
    ]
    if subscriber is None or not agreements:
        return NotConfirmed.EXPIRED
    return Confirmed(subscriber_id=subscriber.id, agreements=agreements)
