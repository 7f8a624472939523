"""Confirms a signup request from its mailbox. No address becomes mailable in another way.

Writes the subscriber, the consent events and the subscriptions in one transaction. A repetition
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
from supporters.signup.agreements import ConsentSummary, list_consent_summaries
from supporters.signup.confirmation_links import (
    ConfirmationLink,
    OpenBox,
    find_address_of_link,
    list_confirmations_with,
    list_open_boxes,
    refresh_link,
    resolve_link,
)
from supporters.signup.confirmed_signups import (
    Confirmation,
    Confirmer,
    create_subscriptions,
    find_confirmer,
)
from supporters.signup.models import SignupRequest
from supporters.signup.queries import (
    RequestWithChoices,
    find_address_of_request,
    find_request_with_choices,
    list_confirmed_requests,
    list_requests_with_codes,
)
from supporters.signup.rules import is_expired, may_try_code
from supporters.signup.states import LinkState
from supporters.tokens import TokenPurpose


@dataclass(frozen=True, kw_only=True)
class ConfirmedSignup:
    """The person is on the ticked lists. `pages` are the public ids of the answered requests."""

    subscriber_id: int
    agreements: Sequence[ConsentSummary]
    pages: frozenset[str] = frozenset()


class ConfirmError(Enum):
    """Why a confirmation was not accepted."""

    UNKNOWN = auto()
    EXPIRED = auto()
    UNSUBSCRIBED = auto()
    REJECTED = auto()
    NOTHING_TICKED = auto()
    WRONG_CODE = auto()
    TOO_MANY_CODES = auto()


@dataclass(frozen=True, kw_only=True)
class ConfirmSubmission:
    """The form of the page behind a link: the boxes that it showed, and the ticked ones.

    A box has the id of its request in the consent log. If `shown` is None, every open box counts
    as ticked. `given_name` is the first name in the form.
    """

    shown: frozenset[int] | None = None
    ticked: frozenset[int] = frozenset()
    given_name: str | None = None

    def has_shown(self, box: OpenBox) -> bool:
        """Tell whether the page showed a box."""
        return self.shown is None or box.event_id in self.shown

    def has_ticked(self, box: OpenBox) -> bool:
        """Tell whether a box was ticked when the form was sent."""
        return self.shown is None or box.event_id in self.shown & self.ticked


ALL_OPEN_BOXES = ConfirmSubmission()
_REASONS = {
    LinkState.UNKNOWN: ConfirmError.UNKNOWN,
    LinkState.UNSUBSCRIBED: ConfirmError.UNSUBSCRIBED,
    LinkState.REJECTED: ConfirmError.REJECTED,
    LinkState.OPEN: ConfirmError.NOTHING_TICKED,
}


class SubmittedLink(NamedTuple):
    """A link after its form was sent, and whether the form confirmed anything."""

    link: ConfirmationLink
    is_confirmed: bool


def confirm_by_link(
    token: str, form: ConfirmSubmission = ALL_OPEN_BOXES
) -> ConfirmedSignup | ConfirmError:
    """Confirm the ticked boxes of the open requests of the address that a link was sent to."""
    link = submit_link(token, form).link
    return describe_link(link) or _REASONS.get(link.state, ConfirmError.EXPIRED)


@use_case
def submit_link(token: str, form: ConfirmSubmission) -> SubmittedLink:
    """Confirm like `confirm_by_link`, and return the link in its new state."""
    address_mac = find_address_of_link(TokenPurpose.CONFIRM, token)
    if address_mac is not None:
        _lock_address(address_mac)
    link = resolve_link(TokenPurpose.CONFIRM, token)
    if link.request is None or not any(form.has_ticked(box) for box in link.boxes):
        return SubmittedLink(link, is_confirmed=False)
    return SubmittedLink(_write(link, link.request, form), is_confirmed=True)


def describe_link(link: ConfirmationLink) -> ConfirmedSignup | None:
    """Return the active consents that a link was for, if there are any. Changes nothing."""
    if link.subscriber is None or not link.agreements:
        return None
    requests = (each.request for each in link.facts.requests)
    return ConfirmedSignup(
        subscriber_id=link.subscriber.id,
        agreements=link.agreements,
        pages=frozenset(each.public_id for each in requests if each.confirmed_at is not None),
    )


def _write(link: ConfirmationLink, own: SignupRequest, form: ConfirmSubmission) -> ConfirmationLink:
    """Create the subscriptions of the ticked boxes, and mark the requests that were shown whole."""
    ticked = {box.event_id for box in link.boxes if form.has_ticked(box)}
    shown = {box.choice.subject for box in link.boxes if form.has_shown(box)}
    waiting = [each for each in link.facts.requests if each.is_open(clock.now())]
    proof = Confirmation(method=Method.LINK, evidence=link.proof)
    subscriber, events = link.subscriber, list[ConsentEvent]()
    for asked in reversed(waiting):  # newest last: its language becomes the person's
        confirmed = asked.only(ticked)
        if confirmed.choices:
            asked.request.given_name = form.given_name
            confirmer = Confirmer(subscriber=subscriber, consents=link.facts.consents)
            written = create_subscriptions(confirmed, proof, confirmer)
            subscriber = written.subscriber
            events += written.events
    settled = [each.request for each in waiting if {box.subject for box in each.choices} <= shown]
    for request in (own, *settled):
        request.confirmed_at = request.confirmed_at or clock.now()
    db.session.flush()
    return refresh_link(link, events, subscriber)


@use_case
def confirm_by_code(public_id: str, code: str) -> ConfirmedSignup | ConfirmError:
    """Confirm with the six digits of an email, typed on the page that is still open.

    Any code that was sent to the address proves the mailbox, because a second request may get no
    email of its own. Only the request of the page is confirmed. A page takes five tries, and a
    code is compared five times, from all pages together. The page tells only the first limit: the
    second would show to a stranger whether emails were sent.
    """
    address_mac = find_address_of_request(public_id)
    if address_mac is None:
        return ConfirmError.WRONG_CODE
    _lock_address(address_mac)
    asked = find_request_with_choices(public_id)
    if asked is None:
        return ConfirmError.WRONG_CODE
    return _try_code(asked, code)


def _try_code(asked: RequestWithChoices, code: str) -> ConfirmedSignup | ConfirmError:
    request = asked.request
    if request.confirmed_at is None and is_expired(request.expires_at, clock.now()):
        return ConfirmError.EXPIRED
    if not may_try_code(request.code_attempts):
        return ConfirmError.TOO_MANY_CODES
    proving = _find_by_code(request, code)
    if proving is None or request.refused_at is not None:
        request.code_attempts += 1
        return ConfirmError.WRONG_CODE
    if request.confirmed_at is None:
        _write_own_boxes(asked, evidence=proving.token_hash)
    return describe_request(asked) or ConfirmError.UNSUBSCRIBED


def _write_own_boxes(asked: RequestWithChoices, *, evidence: bytes) -> None:
    """Create the subscriptions of one request. A code can't confirm the same box twice."""
    confirmer = find_confirmer(asked.request.address_mac)
    boxes = list_open_boxes([asked], list_confirmations_with(evidence), confirmer.consents)
    confirmed = asked.only({box.event_id for box in boxes})
    if confirmed.choices:
        create_subscriptions(
            confirmed, Confirmation(method=Method.CODE, evidence=evidence), confirmer
        )
        db.session.flush()


def _find_by_code(asked: SignupRequest, code: str) -> SignupRequest | None:
    """Return the request whose email has this code, if that code may still be tried."""
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


def _lock_address(address_mac: bytes) -> None:
    """Lock an address, and read its rows again: another transaction may have changed them."""
    Lock.ADDRESS.take(address_mac)
    db.session.expire_all()


@in_transaction
def confirm_request(asked: RequestWithChoices, method: Method) -> ConfirmedSignup | ConfirmError:
    """Confirm a request. For a confirmed request, return the same without a change."""
    request = asked.request
    if request.confirmed_at is None:
        proof = Confirmation(method=method, evidence=request.token_hash)
        create_subscriptions(asked, proof, find_confirmer(request.address_mac))
    return describe_request(asked) or ConfirmError.EXPIRED


def find_result_of_page(public_id: str) -> ConfirmedSignup | ConfirmError:
    """Return the result of a page's request, for the browser that confirmed it. Changes nothing."""
    asked = find_request_with_choices(public_id)
    if asked is None or asked.request.confirmed_at is None:
        return ConfirmError.EXPIRED
    return describe_request(asked) or ConfirmError.UNSUBSCRIBED


def describe_request(asked: RequestWithChoices) -> ConfirmedSignup | None:
    """Return the active consents of the boxes of a request, if there are any."""
    confirmer = find_confirmer(asked.request.address_mac)
    agreements = list_consent_summaries(
        confirmer.consents, [each.subject for each in asked.choices]
    )
    if confirmer.subscriber is None or not agreements:
        return None
    pages = list_confirmed_requests(asked.request.address_mac)
    return ConfirmedSignup(
        subscriber_id=confirmer.subscriber.id, agreements=agreements, pages=pages
    )
