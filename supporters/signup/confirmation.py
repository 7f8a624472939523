"""The mailbox holder confirms: the only way in which an address becomes mailable.

Writes the subscriber, the consent events and the subscriptions in one transaction; a repetition
changes nothing and shows the same.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from supporters import clock
from supporters.consent.models import ConsentEvent, Method
from supporters.database import db, in_transaction, use_case
from supporters.locks import Lock
from supporters.people.address_hashes import code_mac
from supporters.signup.agreements import Agreement, list_agreements
from supporters.signup.confirmation_links import (
    Link,
    OpenBox,
    find_address_of_link,
    list_given,
    list_open_boxes,
    look_again,
    look_at,
)
from supporters.signup.confirmed_signups import Confirmer, Yes, find_confirmer, write_yes
from supporters.signup.models import SignupRequest
from supporters.signup.queries import (
    AskedRequest,
    find_address_of_request,
    find_asked,
    list_answered_pages,
    list_requests_with_codes,
)
from supporters.signup.rules import is_expired, may_try_code
from supporters.signup.states import LinkState
from supporters.tokens import Purpose


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """The person is on the lists that they ticked; `pages` are those whose request is answered."""

    subscriber_id: int
    agreements: Sequence[Agreement]
    pages: frozenset[str] = frozenset()


class NotConfirmed(Enum):
    """Why a confirmation was not accepted."""

    UNKNOWN = auto()
    EXPIRED = auto()
    LEFT = auto()
    REFUSED = auto()
    NOTHING_TICKED = auto()
    WRONG_CODE = auto()
    TOO_MANY_CODES = auto()


@dataclass(frozen=True, kw_only=True)
class Press:
    """What the page behind a link was sent with: the boxes that it showed, and those ticked.

    Boxes are known by the ids of their requests in the consent log. Without any, every open box
    is meant as it was ticked. The first name is what the holder left in its field.
    """

    shown: frozenset[int] | None = None
    ticked: frozenset[int] = frozenset()
    given_name: str | None = None

    def has_shown(self, box: OpenBox) -> bool:
        """Tell whether the page had a box."""
        return self.shown is None or box.event_id in self.shown

    def has_ticked(self, box: OpenBox) -> bool:
        """Tell whether the holder left a box ticked."""
        return self.shown is None or box.event_id in self.shown & self.ticked


AS_ASKED = Press()
_REASONS = {
    LinkState.UNKNOWN: NotConfirmed.UNKNOWN,
    LinkState.LEFT: NotConfirmed.LEFT,
    LinkState.REFUSED: NotConfirmed.REFUSED,
    LinkState.OPEN: NotConfirmed.NOTHING_TICKED,
}


class PressOutcome(NamedTuple):
    """What became of a link by a press, and whether the press confirmed anything."""

    link: Link
    is_confirmed: bool


def confirm_by_link(token: str, press: Press = AS_ASKED) -> Confirmed | NotConfirmed:
    """Confirm what was ticked of the open requests of the address that a link was sent to."""
    link = press_link(token, press).link
    return describe_link(link) or _REASONS.get(link.state, NotConfirmed.EXPIRED)


@use_case
def press_link(token: str, press: Press) -> PressOutcome:
    """Do the same, and return the link as it is by then."""
    address_mac = find_address_of_link(Purpose.CONFIRM, token)
    if address_mac is not None:
        _take_turns_on(address_mac)
    link = look_at(Purpose.CONFIRM, token)
    if link.request is None or not any(press.has_ticked(box) for box in link.boxes):
        return PressOutcome(link, is_confirmed=False)
    return PressOutcome(_write(link, link.request, press), is_confirmed=True)


def describe_link(link: Link) -> Confirmed | None:
    """Return what a person is on of what a link was for, if anything; changes nothing."""
    if link.subscriber is None or not link.agreements:
        return None
    requests = (each.request for each in link.facts.requests)
    return Confirmed(
        subscriber_id=link.subscriber.id,
        agreements=link.agreements,
        pages=frozenset(each.public_id for each in requests if each.confirmed_at is not None),
    )


def _write(link: Link, own: SignupRequest, press: Press) -> Link:
    """Write the yes to each box, by its own request; what was shown is settled with that."""
    ticked = {box.event_id for box in link.boxes if press.has_ticked(box)}
    shown = {box.choice.subject for box in link.boxes if press.has_shown(box)}
    waiting = [each for each in link.facts.requests if each.is_open(clock.now())]
    yes = Yes(method=Method.LINK, evidence=link.proof)
    subscriber, events = link.subscriber, list[ConsentEvent]()
    for asked in reversed(waiting):  # the newest last: its language is what they speak now
        confirmed = asked.only(ticked)
        if confirmed.choices:
            asked.request.given_name = press.given_name
            confirmer = Confirmer(subscriber=subscriber, consents=link.facts.consents)
            written = write_yes(confirmed, yes, confirmer)
            subscriber = written.subscriber
            events += written.events
    settled = [each.request for each in waiting if {box.subject for box in each.choices} <= shown]
    for request in (own, *settled):
        request.confirmed_at = request.confirmed_at or clock.now()
    db.session.flush()
    return look_again(link, events, subscriber)


@use_case
def confirm_by_code(public_id: str, code: str) -> Confirmed | NotConfirmed:
    """Confirm with the six digits of an email, typed on the page that is still open.

    Any code that went to the address proves the mailbox, since a second request may get no email
    of its own; what is confirmed is the request of the page, and no other. Each page takes five
    tries, and each code is compared five times, from however many pages; only the first of these
    two is told, since whether emails went out is nobody's business but the holder's.
    """
    address_mac = find_address_of_request(public_id)
    if address_mac is None:
        return NotConfirmed.WRONG_CODE
    _take_turns_on(address_mac)
    asked = find_asked(public_id)
    if asked is None:
        return NotConfirmed.WRONG_CODE
    return _try_code(asked, code)


def _try_code(asked: AskedRequest, code: str) -> Confirmed | NotConfirmed:
    request = asked.request
    if request.confirmed_at is None and is_expired(request.expires_at, clock.now()):
        return NotConfirmed.EXPIRED
    if not may_try_code(request.code_attempts):
        return NotConfirmed.TOO_MANY_CODES
    proving = _find_by_code(request, code)
    if proving is None or request.refused_at is not None:
        request.code_attempts += 1
        return NotConfirmed.WRONG_CODE
    if request.confirmed_at is None:
        _write_own_boxes(asked, evidence=proving.token_hash)
    return describe_request(asked) or NotConfirmed.LEFT


def _write_own_boxes(asked: AskedRequest, *, evidence: bytes) -> None:
    """Write the yes to the boxes of one request; a code that was used for one can't again."""
    confirmer = find_confirmer(asked.request.address_mac)
    boxes = list_open_boxes([asked], list_given(evidence), confirmer.consents)
    confirmed = asked.only({box.event_id for box in boxes})
    if confirmed.choices:
        write_yes(confirmed, Yes(method=Method.CODE, evidence=evidence), confirmer)
        db.session.flush()


def _find_by_code(asked: SignupRequest, code: str) -> SignupRequest | None:
    """Return the request whose email has this code, of those whose codes may still be tried."""
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


def _take_turns_on(address_mac: bytes) -> None:
    """Let what happens to one address happen one after the other; what was read may be over."""
    Lock.ADDRESS.take(address_mac)
    db.session.expire_all()


@in_transaction
def confirm_request(asked: AskedRequest, method: Method) -> Confirmed | NotConfirmed:
    """Confirm a request; one that is confirmed is only described."""
    request = asked.request
    if request.confirmed_at is None:
        yes = Yes(method=method, evidence=request.token_hash)
        write_yes(asked, yes, find_confirmer(request.address_mac))
    return describe_request(asked) or NotConfirmed.EXPIRED


def find_confirmed_page(public_id: str) -> Confirmed | NotConfirmed:
    """Return what a page's request led to, for the browser that confirmed it; changes nothing."""
    asked = find_asked(public_id)
    if asked is None or asked.request.confirmed_at is None:
        return NotConfirmed.EXPIRED
    return describe_request(asked) or NotConfirmed.LEFT


def describe_request(asked: AskedRequest) -> Confirmed | None:
    """Return what a person is on of what they ticked in a request, if anything."""
    confirmer = find_confirmer(asked.request.address_mac)
    agreements = list_agreements(confirmer.consents, [each.subject for each in asked.choices])
    if confirmer.subscriber is None or not agreements:
        return None
    pages = list_answered_pages(asked.request.address_mac)
    return Confirmed(subscriber_id=confirmer.subscriber.id, agreements=agreements, pages=pages)
