"""The mailbox holder confirms: the only way in which an address becomes mailable.

Writes the subscriber, the consent events and the subscriptions in one transaction; a repetition
changes nothing and shows the same.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from supporters import clock
from supporters.consent.models import Method
from supporters.database import db, in_transaction, transaction
from supporters.locks import Lock, lock_then_load
from supporters.people.keys import code_mac
from supporters.people.queries import find_subscriber_by_mac
from supporters.signup.answering import write_yes
from supporters.signup.confirmation_links import (
    Agreement,
    Link,
    OpenBox,
    Subject,
    list_agreements,
    list_open_boxes,
    look_at,
    subject_of,
)
from supporters.signup.models import SignupRequest
from supporters.signup.queries import (
    find_request,
    list_answered_pages,
    list_choices,
    list_open_requests,
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
        return self.shown is None or box.choice.event_id in self.shown

    def has_ticked(self, box: OpenBox) -> bool:
        """Tell whether the holder left a box ticked."""
        return self.shown is None or box.choice.event_id in self.shown & self.ticked


AS_ASKED = Press()
_REASONS = {
    LinkState.UNKNOWN: NotConfirmed.UNKNOWN,
    LinkState.LEFT: NotConfirmed.LEFT,
    LinkState.REFUSED: NotConfirmed.REFUSED,
    LinkState.OPEN: NotConfirmed.NOTHING_TICKED,
}


def confirm_by_link(token: str, press: Press = AS_ASKED) -> Confirmed | NotConfirmed:
    """Confirm what was ticked of the open requests of the address that a link was sent to."""
    with transaction():
        link = lock_then_load(
            Lock.ADDRESS,
            lambda: look_at(Purpose.CONFIRM, token),
            lambda each: _address_of(each.request),
        )
        if link.request is not None and any(press.has_ticked(box) for box in link.boxes):
            _write(link, link.request, press)
            link = look_at(Purpose.CONFIRM, token)
        return describe_link(link) or _REASONS.get(link.state, NotConfirmed.EXPIRED)


def describe_link(link: Link) -> Confirmed | None:
    """Return what a person is on of what a link was for, if anything; changes nothing."""
    if link.subscriber is None or not link.agreements:
        return None
    return Confirmed(
        subscriber_id=link.subscriber.id,
        agreements=link.agreements,
        pages=list_answered_pages(link.address_mac),
    )


def _write(link: Link, own: SignupRequest, press: Press) -> None:
    """Write the yes to each box, by its own request; what was shown is settled with that."""
    ticked = [box for box in link.boxes if press.has_ticked(box)]
    shown = {box.subject for box in link.boxes if press.has_shown(box)}
    waiting = list_open_requests(own.address_mac, clock.now())
    settled = [each for each in waiting if _subjects_of(each) <= shown]
    for request in reversed(waiting):  # the newest last: its language is what they speak now
        boxes = {box.choice.event_id for box in ticked if box.request.id == request.id}
        if boxes:
            choices = [each for each in list_choices(request.id) if each[0].event_id in boxes]
            request.given_name = press.given_name
            write_yes(request, choices, Method.LINK, evidence=link.proof)
    for request in (own, *settled):
        request.confirmed_at = request.confirmed_at or clock.now()
    db.session.flush()


def confirm_by_code(public_id: str, code: str) -> Confirmed | NotConfirmed:
    """Confirm with the six digits of an email, typed on the page that is still open.

    Any code that went to the address proves the mailbox, since a second request may get no email
    of its own; what is confirmed is the request of the page, and no other. Each page takes five
    tries, and each code is compared five times, from however many pages; only the first of these
    two is told, since whether emails went out is nobody's business but the holder's.
    """
    with transaction():
        asked = lock_then_load(Lock.ADDRESS, lambda: find_request(public_id), _address_of)
        if asked is None:
            return NotConfirmed.WRONG_CODE
        if asked.confirmed_at is None and is_expired(asked.expires_at, clock.now()):
            return NotConfirmed.EXPIRED
        if not may_try_code(asked.code_attempts):
            return NotConfirmed.TOO_MANY_CODES
        proving = _find_by_code(asked, code)
        if proving is None or asked.refused_at is not None:
            asked.code_attempts += 1
            return NotConfirmed.WRONG_CODE
        if asked.confirmed_at is None:
            _write_own_boxes(asked, evidence=proving.token_hash)
        return describe_request(asked) or NotConfirmed.LEFT


def _write_own_boxes(asked: SignupRequest, *, evidence: bytes) -> None:
    """Write the yes to the boxes of one request; a code that was used for one can't again."""
    open_boxes = {box.choice.event_id for box in list_open_boxes([asked], evidence)}
    choices = [each for each in list_choices(asked.id) if each[0].event_id in open_boxes]
    if choices:
        write_yes(asked, choices, Method.CODE, evidence=evidence)
        db.session.flush()


def _subjects_of(request: SignupRequest) -> set[Subject]:
    return {subject_of(choice.purpose_id) for choice, _, _ in list_choices(request.id)}


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


def _address_of(request: SignupRequest | None) -> bytes | None:
    return None if request is None else request.address_mac


@in_transaction
def confirm_request(request: SignupRequest, method: Method) -> Confirmed | NotConfirmed:
    """Confirm a request; one that is confirmed is only described."""
    if request.confirmed_at is None:
        write_yes(request, list_choices(request.id), method)
    return describe_request(request) or NotConfirmed.EXPIRED


def find_confirmed_page(public_id: str) -> Confirmed | NotConfirmed:
    """Return what a page's request led to, for the browser that confirmed it; changes nothing."""
    request = find_request(public_id)
    if request is None or request.confirmed_at is None:
        return NotConfirmed.EXPIRED
    return describe_request(request) or NotConfirmed.LEFT


def describe_request(request: SignupRequest) -> Confirmed | None:
    """Return what a person is on of what they ticked in a request, if anything."""
    subscriber = find_subscriber_by_mac(request.address_mac)
    if subscriber is None:
        return None
    asked = [(each.purpose_id, mailing_list) for each, mailing_list, _ in list_choices(request.id)]
    agreements = list_agreements(subscriber.id, asked)
    if not agreements:
        return None
    pages = list_answered_pages(request.address_mac)
    return Confirmed(subscriber_id=subscriber.id, agreements=agreements, pages=pages)
