"""Stores signup requests: of the signup page, of the invited, and of people in "My data".

A request has two shapes: `Signup` is what was typed, and `AskedRequest` is what is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any

from sqlalchemy import insert

from supporters.consent.act_places import PLACE_FIELDS, THIRD_FORM, UNTOLD, ActPlace
from supporters.consent.consent_events import get_shared_controller
from supporters.consent.models import PageSnapshot
from supporters.consent.record_forms import describe_event
from supporters.database import in_transaction
from supporters.fast_path.prepared_statements import Call, RowsInsert
from supporters.fast_path.session_calls import write_in_session
from supporters.fast_path.site_edition import find_shared_row
from supporters.ids import new_id
from supporters.people.addresses import Address
from supporters.people.profile import PROFILE_FIELDS, Profile
from supporters.questions.models import SignupAnswer
from supporters.questions.subscriber_answers import Answer
from supporters.signup.address_facts import AskedBox, AskedRequest, RequestFacts
from supporters.signup.confirmed_signups import make_requested_event
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.rules import NEW_REQUEST_INTERVALS, REQUEST_LIFETIME
from supporters.signup.shared_rows import find_shared_list, list_shared_ticked
from supporters.signup.signup_facts import SignupFacts
from supporters.signup.signup_secrets import RequestSecrets
from supporters.transparency_log.log_records import LogRecord, add_entry_rows, person_key

SALT_BYTES = 32
_FIELDS = (
    *("id", "public_id", "address", "address_key", "address_mac", "log_salt", "mailing_list_id"),
    *("page_url", "page_snapshot_id", "source", "form_id", "controller_id", "email_id"),
    *("token_hash", "code_mac", "network_mac", "codes_typed", "code_guesses"),
    *("created_at", "expires_at", "record_form", *PLACE_FIELDS),
)
_CHOICE = ("signup_request_id", "mailing_list_id", "purpose_id", "wording_id", "event_id")
_ANSWER = ("signup_request_id", "question_id", "mailing_list_id", "value", "days")
_ADD_REQUEST = RowsInsert(insert(SignupRequest), (*_FIELDS, *PROFILE_FIELDS))
_ADD_CHOICES = RowsInsert(insert(SignupChoice), _CHOICE)
_ADD_ANSWERS = RowsInsert(insert(SignupAnswer), _ANSWER)


@dataclass(frozen=True, kw_only=True)
class Signup:
    """The form of a visitor: `wording_ids` are the wordings of the ticked boxes.

    `mailing_list_id` is the list of the page, `page_snapshot_id` its snapshot. `answers` are
    those to the questions of the list. `form_id` is the form that the team made, if the page was
    one. `intervals` are the times that must be between the emails to its mailbox. `place` is where
    it was filled in.
    """

    address: Address
    profile: Profile
    mailing_list_id: int
    wording_ids: Sequence[int]
    page_url: str
    page_snapshot_id: int | None = None
    source: str | None = None
    answers: Sequence[Answer] = ()
    form_id: int | None = None
    intervals: Sequence[timedelta] = NEW_REQUEST_INTERVALS
    lifetime: timedelta = REQUEST_LIFETIME
    place: ActPlace = UNTOLD


@dataclass(frozen=True, kw_only=True)
class RequestProof:
    """The public id of a request, and its hashes: of the address and of the secrets in its email.

    `log_salt` makes the key of the person's records in the consent log: one person has one.
    """

    public_id: str
    address_mac: bytes
    log_salt: bytes
    token_hash: bytes
    code_mac: bytes
    email_id: int | None = None
    network_mac: bytes | None = None


def prove_by_email(
    facts: SignupFacts, secrets: RequestSecrets, *, email_id: int, network_mac: bytes | None
) -> RequestProof:
    """Return the proof of a request that an email will confirm."""
    return RequestProof(
        public_id=secrets.public_id,
        address_mac=facts.macs.address,
        log_salt=choose_salt(facts.subscriber_salt, facts.request_salt),
        token_hash=secrets.token_hash,
        code_mac=secrets.code_mac,
        email_id=email_id,
        network_mac=network_mac,
    )


def load_for_signup(signup: Signup) -> None:
    """Read what all visitors share of a signup before its trips, unless this process has it."""
    list_shared_ticked(signup.wording_ids)
    find_shared_list(signup.mailing_list_id)
    get_shared_controller()
    find_shared_row(PageSnapshot, signup.page_snapshot_id)


def make_request(signup: Signup, proof: RequestProof, *, now: datetime) -> AskedRequest:
    """Return the request of a form. Its boxes get their ids in the log here. Raises NotCached."""
    request = RequestFacts(
        id=new_id(now),
        address=signup.address.text,
        address_key=signup.address.key,
        profile=signup.profile,
        mailing_list_id=signup.mailing_list_id,
        page_url=signup.page_url,
        page_snapshot_id=signup.page_snapshot_id,
        source=signup.source,
        form_id=signup.form_id,
        controller_id=get_shared_controller().id,
        created_at=now,
        expires_at=now + signup.lifetime,
        confirmed_at=None,
        refused_at=None,
        codes_typed=0,
        code_guesses=0,
        has_code=proof.email_id is not None,
        record_form=THIRD_FORM,
        **vars(signup.place),
        **vars(proof),
    )
    boxes = [
        AskedBox(event_id=new_id(now), mailing_list=mailing_list, wording=wording, purpose=purpose)
        for mailing_list, wording, purpose in list_shared_ticked(signup.wording_ids)
    ]
    return AskedRequest(request=request, choices=boxes, answers=signup.answers)


def add_request_rows(asked: AskedRequest) -> list[Call]:
    """Return the calls that add a request, its boxes, its answers, and a log entry for each box."""
    request = asked.request
    row: dict[str, Any] = {name: getattr(request, name) for name in _FIELDS}
    answers = [_describe_answer(request.id, each) for each in asked.answers]
    return [
        _ADD_REQUEST([{**row, **vars(request.profile)}]),
        _ADD_CHOICES([_describe_choice(request.id, each) for each in asked.choices]),
        *([_ADD_ANSWERS(answers)] if answers else ()),
        add_entry_rows(_describe_events(asked)),
    ]


def _describe_events(asked: AskedRequest) -> list[LogRecord]:
    """Return the record of each box for the log. Its event gets a row when it is confirmed."""
    request = asked.request
    page = find_shared_row(PageSnapshot, request.page_snapshot_id)
    controller, key = get_shared_controller(), person_key(request.log_salt)
    return [
        describe_event(
            make_requested_event(request, each), each.wording, page, controller=controller, key=key
        )
        for each in asked.choices
    ]


@in_transaction
def store_request(signup: Signup, proof: RequestProof, *, now: datetime) -> AskedRequest:
    """Add a request in the session of a use case: that of an invitation, or of "My data"."""
    asked = make_request(signup, proof, now=now)
    write_in_session(*add_request_rows(asked))
    return asked


def choose_salt(subscriber_salt: bytes | None, request_salt: bytes | None) -> bytes:
    """Return the salt of the log key: from the subscriber, else from a request, else a new one."""
    return subscriber_salt or request_salt or token_bytes(SALT_BYTES)


def _describe_choice(request_id: int, box: AskedBox) -> dict[str, Any]:
    return {
        "signup_request_id": request_id,
        "mailing_list_id": box.subject.list_id,
        "purpose_id": box.purpose_id,
        "wording_id": box.wording_id,
        "event_id": box.event_id,
    }


def _describe_answer(request_id: int, answer: Answer) -> dict[str, Any]:
    return {
        "signup_request_id": request_id,
        "question_id": answer.question_id,
        "mailing_list_id": answer.list_id,
        "value": answer.value,
        "days": answer.days,
    }
