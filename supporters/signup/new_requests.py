"""Creates signup requests: for the signup page, for invitations and for "My data"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from supporters.consent.consent_events import log_events
from supporters.consent.controllers import current_controller
from supporters.database import db, in_transaction
from supporters.ids import new_id
from supporters.people.profile import Profile
from supporters.questions.subscriber_answers import Answer
from supporters.signup.confirmed_signups import make_requested_event
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.queries import Choice, RequestWithChoices, TickedBox
from supporters.signup.rules import REQUEST_LIFETIME


@dataclass(frozen=True, kw_only=True)
class Requester:
    """The person of a request: address, address key, keyed hash and profile.

    `log_salt` makes the key of the person's records in the consent log: one person has one.
    """

    address: str
    address_key: str
    address_mac: bytes
    log_salt: bytes
    profile: Profile


@dataclass(frozen=True, kw_only=True)
class RequestProof:
    """The public id of a request, and the hashes of the secrets in its email."""

    public_id: str
    token_hash: bytes
    code_mac: bytes
    letter_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SignupPage:
    """The page of a request: its list, its URL, the page snapshot, and where it was found.

    `form_id` is the form that the team made, if the page was one.
    """

    mailing_list_id: int
    url: str
    version_id: int | None
    source: str | None = None
    form_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """The contents of a new request: the person, the proof, the page and the ticked boxes."""

    asker: Requester
    proof: RequestProof
    page: SignupPage
    ticked: Sequence[TickedBox]
    lifetime: timedelta = REQUEST_LIFETIME


@in_transaction
def store_request(new: NewRequest, *, now: datetime) -> RequestWithChoices:
    """Add a request with its boxes, and one log entry for each box."""
    controller_id = current_controller().id
    request = SignupRequest(**describe_request(new, controller_id=controller_id, now=now))
    db.session.add(request)
    db.session.flush()
    choices = [
        Choice(SignupChoice(**describe_choice(each, request.id, now=now)), *each)
        for each in new.ticked
    ]
    db.session.add_all(each.row for each in choices)
    requested = [make_requested_event(request, each.row) for each in choices]
    log_events(requested, log_salt=new.asker.log_salt)
    db.session.flush()
    return RequestWithChoices(request=request, choices=choices)


def describe_request(new: NewRequest, *, controller_id: int, now: datetime) -> dict[str, Any]:
    """Return the columns of a request, by their names."""
    asker = new.asker
    return {
        "id": new_id(now),
        "address": asker.address,
        "address_key": asker.address_key,
        "address_mac": asker.address_mac,
        "log_salt": asker.log_salt,
        **vars(asker.profile),
        **vars(new.proof),
        "mailing_list_id": new.page.mailing_list_id,
        "page_url": new.page.url,
        "page_version_id": new.page.version_id,
        "source": new.page.source,
        "form_id": new.page.form_id,
        "controller_id": controller_id,
        "code_attempts": 0,
        "code_guesses": 0,
        "created_at": now,
        "expires_at": now + new.lifetime,
    }


def describe_choice(ticked: TickedBox, request_id: int, *, now: datetime) -> dict[str, Any]:
    """Return the columns of a ticked box, by their names. The event gets its id here."""
    mailing_list, wording, _ = ticked
    return {
        "signup_request_id": request_id,
        "mailing_list_id": mailing_list.id if mailing_list else None,
        "purpose_id": wording.purpose_id,
        "wording_id": wording.id,
        "event_id": new_id(now),
    }


def describe_answer(answer: Answer, request_id: int) -> dict[str, Any]:
    """Return the columns of an answer, by their names."""
    return {
        "signup_request_id": request_id,
        "question_id": answer.question_id,
        "mailing_list_id": answer.list_id,
        "value": answer.value,
        "days": answer.days,
    }
