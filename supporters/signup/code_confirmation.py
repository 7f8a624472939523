"""Confirms a signup request with the six digits of an email, typed on the page of the request."""

import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, update

from supporters import clock
from supporters.consent.models import Method
from supporters.fast_path.locked_changes import Decision
from supporters.fast_path.prepared_statements import Statement
from supporters.people.addresses import code_mac
from supporters.signup.address_changes import change_address
from supporters.signup.address_facts import AddressFacts, AskedRequest, RequestFacts
from supporters.signup.code_limits import count_code, find_code_limit
from supporters.signup.confirmation import (
    ConfirmedSignup,
    ConfirmError,
    decide_by_plan,
    describe_request,
    find_key_of_request,
    write_log,
)
from supporters.signup.confirmation_links import list_open_boxes
from supporters.signup.confirmation_plan import ConfirmationPlan, plan_confirmation
from supporters.signup.confirmed_signups import Confirmation
from supporters.signup.models import SignupRequest
from supporters.signup.rules import is_expired, may_try_code

WRONG_CODES = (ConfirmError.WRONG_CODE, ConfirmError.TOO_MANY_CODES)
Outcome = tuple[ConfirmedSignup | ConfirmError, ConfirmationPlan | None]
_COUNT_TYPED = Statement(
    update(SignupRequest)
    .where(SignupRequest.id == bindparam("tried_id"))
    .values(codes_typed=SignupRequest.codes_typed + 1)
)
_COUNT_GUESS = Statement(
    update(SignupRequest)
    .where(SignupRequest.id == bindparam("guessed_id"))
    .values(code_guesses=SignupRequest.code_guesses + 1)
)


def confirm_by_code(public_id: str, code: str) -> ConfirmedSignup | ConfirmError:
    """Confirm with the six digits of an email, typed on the page that is still open.

    Any code that was sent to the address proves the mailbox, because a second request may get no
    email of its own. Only the request of the page is confirmed. A page takes three tries, and a
    code is compared three times, from all pages together. The page tells only the first limit: the
    second would show to a stranger whether emails were sent. The limits of `code_limits.py` hold
    for the pages of everybody.
    """
    now = clock.now()
    if reached := find_code_limit(now):
        return reached
    outcome = _confirm(public_id, code)
    is_right = outcome not in WRONG_CODES
    count_code(is_right=is_right, now=now)
    return outcome


def _confirm(public_id: str, code: str) -> ConfirmedSignup | ConfirmError:
    key = find_key_of_request(public_id)
    if key is None:
        return ConfirmError.WRONG_CODE

    def decide(facts: AddressFacts) -> Decision[Outcome]:
        asked = facts.find_request(public_id)
        if asked is None:
            return Decision(outcome=(ConfirmError.WRONG_CODE, None))
        return _try_code(facts, asked, code)

    outcome, plan = change_address(key, decide)
    if plan is not None:
        write_log(plan, Method.CODE)
    return outcome


def _try_code(facts: AddressFacts, asked: AskedRequest, code: str) -> Decision[Outcome]:
    request, now = asked.request, clock.now()
    if request.confirmed_at is None and is_expired(request.expires_at, now):
        return Decision(outcome=(ConfirmError.EXPIRED, None))
    if not may_try_code(request.codes_typed):
        return Decision(outcome=(ConfirmError.TOO_MANY_CODES, None))
    compared = _list_comparable(facts, now)
    proving = _find_by_code(compared, code)
    guesses = [_COUNT_GUESS(guessed_id=each.id) for each in compared] if proving is None else []
    if proving is None or request.refused_at is not None:
        typed = _COUNT_TYPED(tried_id=request.id)
        return Decision(outcome=(ConfirmError.WRONG_CODE, None), writes=[*guesses, typed])
    plan = _plan(facts, asked, proving, now=now)
    confirmed = describe_request(plan.facts if plan else facts, request.public_id)
    outcome: Outcome = confirmed or ConfirmError.UNSUBSCRIBED, plan
    return decide_by_plan(plan, outcome) if plan else Decision(outcome=outcome)


def _plan(
    facts: AddressFacts, asked: AskedRequest, proving: RequestFacts, *, now: datetime
) -> ConfirmationPlan | None:
    """Plan the confirmation of one request. A code can't confirm the same box twice."""
    if asked.request.confirmed_at is not None:
        return None
    evidence = proving.token_hash
    boxes = list_open_boxes([asked], facts.list_confirmations_with(evidence), facts)
    confirmed = asked.only({box.event_id for box in boxes})
    if not confirmed.choices:
        return None
    proof = Confirmation(method=Method.CODE, evidence=evidence, email=proving.email)
    return plan_confirmation(facts, [confirmed], proof, now=now)


def _list_comparable(facts: AddressFacts, now: datetime) -> list[RequestFacts]:
    """Return the requests whose code was sent, has not expired, and may still be tried."""
    return [
        request
        for request in (each.request for each in facts.requests)
        if request.has_code
        and request.refused_at is None
        and (request.confirmed_at is not None or not is_expired(request.expires_at, now))
        and may_try_code(request.code_guesses)
    ]


def _find_by_code(compared: Sequence[RequestFacts], code: str) -> RequestFacts | None:
    """Return the request whose email has this code."""
    for request in compared:
        if hmac.compare_digest(request.code_mac, code_mac(request.public_id, code)):
            return request
    return None
