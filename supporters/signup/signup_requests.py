"""Stores a signup request with its email; deletes expired requests (REQ-37).

The page answers the same for every address, known or unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from types import SimpleNamespace
from typing import Any

from flask_babel import force_locale

from supporters import clock
from supporters.actors import current_actor
from supporters.consent.event_records import EventRecord
from supporters.consent.models import Controller, PageSnapshot, Wording
from supporters.consent.record_forms import describe_event
from supporters.database import use_case
from supporters.extensions import current_settings, current_tokens
from supporters.fast_path.prepared_statements import Call, Row
from supporters.fast_path.round_trips import exchange
from supporters.fast_path.site_edition import EditionChanged, editions_to_try
from supporters.lists.list_sender import sender_values
from supporters.lists.list_words import list_name_of
from supporters.lists.models import MailingList
from supporters.locks import Lock
from supporters.mail.links import link_with_token
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, TemplateValues, describe_email
from supporters.people.addresses import Address
from supporters.people.models import Subscriber
from supporters.people.profile import Profile
from supporters.people.refused_addresses import is_disposable, is_of_a_role
from supporters.questions.subscriber_answers import Answer
from supporters.signup.confirmed_signups import make_requested_event
from supporters.signup.form_counts import delete_requests
from supporters.signup.models import SignupRequest
from supporters.signup.new_requests import (
    NewRequest,
    Requester,
    RequestProof,
    SignupPage,
    describe_answer,
    describe_choice,
    describe_request,
)
from supporters.signup.queries import TickedBox, find_log_salt, name_of_box
from supporters.signup.rules import (
    MANAGE_LINK_LIFETIME,
    MONTH,
    NEW_REQUEST_INTERVALS,
    REQUEST_LIFETIME,
    SignupEmails,
    SignupMail,
    choose_signup_mail,
)
from supporters.signup.rush.held_emails import hash_sender
from supporters.signup.shared_rows import (
    find_shared_list,
    get_shared_controller,
    get_shared_page,
    list_shared_ticked,
)
from supporters.signup.signup_facts import (
    AddressMacs,
    SignupFacts,
    hash_address,
    read_facts,
    sort_facts,
)
from supporters.signup.signup_rows import add_signup
from supporters.signup.signup_secrets import RequestSecrets, group_digits, make_secrets
from supporters.tokens import TokenPurpose
from supporters.transparency_log.log_keys import person_key

NOBODY = 0  # an unknown address takes the same steps as a known one
SALT_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Signup:
    """The form of a visitor: `wording_ids` are the wordings of the ticked boxes.

    `mailing_list_id` is the list of the page; `page_version_id` is the page snapshot. `answers` are
    those to the questions of the list. `form_id` is the form that the team made, if the page was
    one. `edition` is that under which the form was checked; without
    one, the form is of any edition. `intervals` are the times that must be between the emails to
    its mailbox.
    """

    address: Address
    profile: Profile
    mailing_list_id: int
    wording_ids: Sequence[int]
    page_url: str
    page_version_id: int | None = None
    source: str | None = None
    answers: Sequence[Answer] = ()
    form_id: int | None = None
    edition: str = ""
    intervals: Sequence[timedelta] = NEW_REQUEST_INTERVALS


@dataclass(frozen=True, kw_only=True)
class _NewSignup:
    """A signup with everything that is made or known before its transaction."""

    signup: Signup
    edition: str
    macs: AddressMacs
    ticked: Sequence[TickedBox]
    page_list: MailingList | None
    page: PageSnapshot | None
    controller: Controller
    secrets: RequestSecrets
    now: datetime


def request_signup(signup: Signup) -> str:
    """Store a request and its email; return the public id for the page of the visitor.

    It makes two trips to the database, the same for every address. Raises EditionChanged, and
    stores nothing, if the site has changed since the form was checked.
    """
    for edition in [signup.edition] if signup.edition else editions_to_try():
        try:
            return _request(_prepare(signup, edition))
        except EditionChanged:
            if signup.edition:
                raise
    raise EditionChanged


def _prepare(signup: Signup, edition: str) -> _NewSignup:
    """Make what the transaction needs; within it, nothing else may be read."""
    address, page_id = signup.address, signup.page_version_id
    macs = hash_address(address)
    return _NewSignup(
        signup=signup,
        edition=edition,
        macs=macs,
        ticked=list_shared_ticked(edition, signup.wording_ids),
        page_list=find_shared_list(edition, signup.mailing_list_id),
        page=None if page_id is None else get_shared_page(edition, page_id),
        controller=get_shared_controller(edition),
        secrets=make_secrets(address.key, macs.address, signup.wording_ids),
        now=clock.now(),
    )


def _request(asked: _NewSignup) -> str:
    def decide(rows: Sequence[Sequence[Row]]) -> tuple[list[Call], str]:
        facts = sort_facts(rows[0])
        if facts.edition != asked.edition:
            raise EditionChanged
        return [_write(asked, facts)], asked.secrets.public_id

    known = read_facts(asked.signup.address.key, asked.macs, now=asked.now, since=asked.now - MONTH)
    return exchange((Lock.MAILBOX, asked.macs.mailbox), [known], decide)


def _write(asked: _NewSignup, facts: SignupFacts) -> Call:
    """Return the statement that stores the request, its email, its boxes and their entries."""
    email = _describe_email(asked, facts)
    new = _describe_request(asked, facts, letter_id=email["id"])
    request = describe_request(new, controller_id=asked.controller.id, now=asked.now)
    request["network_mac"] = hash_sender(current_actor(), asked.now)
    choices = [describe_choice(each, request["id"], now=asked.now) for each in asked.ticked]
    row: Any = SimpleNamespace(**request)
    key = person_key(new.asker.log_salt)
    entries = []
    for box, choice in zip(asked.ticked, choices, strict=True):
        chosen: Any = SimpleNamespace(**choice)
        entries.append(_seal(asked, make_requested_event(row, chosen), box.wording, key=key))
    answers = [describe_answer(each, request["id"]) for each in asked.signup.answers]
    return add_signup(email, request, choices=choices, answers=answers, entries=entries)


def _seal(asked: _NewSignup, event: EventRecord, wording: Wording, *, key: bytes) -> dict[str, Any]:
    """Return the entry of a box in the log."""
    record = describe_event(event, wording, asked.page, controller=asked.controller, key=key)
    return {"kind": record.kind, "record_id": record.id, "commitment": record.commitment}


def choose_salt(address_mac: bytes, subscriber: Subscriber | None) -> bytes:
    """Return the salt of the log key: from the subscriber, else from a request, else a new one."""
    of_request = find_log_salt(address_mac)
    if subscriber is not None:
        return subscriber.log_salt
    return of_request or token_bytes(SALT_BYTES)


def _describe_email(asked: _NewSignup, facts: SignupFacts) -> dict[str, Any]:
    """Return the columns of the email. An email that must not be sent is withheld."""
    answer = choose_signup_mail(
        is_subscribed_already={each.purpose.id for each in asked.ticked} <= facts.purpose_ids,
        is_blocked=facts.is_blocked or _is_refused(asked.signup.address),
        emails=SignupEmails(
            confirmations=[at for kind, at in facts.emails if kind is EmailKind.CONFIRM_SIGNUP],
            all=[at for _, at in facts.emails],
            intervals=asked.signup.intervals,
        ),
        now=asked.now,
    )
    is_known = answer is SignupMail.ALREADY_SUBSCRIBED
    both = (_confirm_values(asked), _manage_values(asked, facts))  # each takes time (ADR 011)
    draft = EmailDraft(
        kind=EmailKind.ALREADY_SUBSCRIBED if is_known else EmailKind.CONFIRM_SIGNUP,
        recipient=asked.signup.address.text,
        language=asked.signup.profile.language,
        values={
            **both[is_known],
            "list_names": _list_names(asked),
            **sender_values(asked.page_list),
        },
        useful_for=REQUEST_LIFETIME,
        rate_mac=asked.macs.mailbox,
    )
    return describe_email(draft, now=asked.now, is_withheld=answer is SignupMail.NOTHING)


def _is_refused(address: Address) -> bool:
    refuses_disposable = current_settings().refuses_disposable
    return is_of_a_role(address) or (refuses_disposable and is_disposable(address))


def _confirm_values(asked: _NewSignup) -> TemplateValues:
    language, secrets = asked.signup.profile.language, asked.secrets
    return {
        "confirm_url": link_with_token("public.confirm", language, secrets.confirm_token),
        "not_me_url": link_with_token("public.not_me", language, secrets.not_me_token),
        "code": group_digits(secrets.code),
        "hours": int(REQUEST_LIFETIME.total_seconds() // 3600),
    }


def _manage_values(asked: _NewSignup, facts: SignupFacts) -> TemplateValues:
    token = current_tokens().sign(TokenPurpose.MANAGE, facts.subscriber_id or NOBODY)
    language = asked.signup.profile.language
    return {
        "manage_url": link_with_token("public.subscriptions", language, token),
        "hours": int(MANAGE_LINK_LIFETIME.total_seconds() // 3600),
    }


def _list_names(asked: _NewSignup) -> list[str]:
    """Return the names of the ticked boxes, first that of the list of the page."""
    language, page_list_id = asked.signup.profile.language, asked.signup.mailing_list_id
    ticked = sorted(
        asked.ticked, key=lambda each: not (each[0] is not None and each[0].id == page_list_id)
    )
    names = [list_name_of(each.mailing_list, language) for each in ticked if each.mailing_list]
    if len(names) == len(ticked):
        return names
    with force_locale(language):
        return [name_of_box(each) for each in ticked]


def _describe_request(asked: _NewSignup, facts: SignupFacts, *, letter_id: int) -> NewRequest:
    signup, secrets = asked.signup, asked.secrets
    return NewRequest(
        asker=Requester(
            address=signup.address.text,
            address_key=signup.address.key,
            address_mac=asked.macs.address,
            log_salt=facts.subscriber_salt or facts.request_salt or token_bytes(SALT_BYTES),
            profile=signup.profile,
        ),
        proof=RequestProof(
            public_id=secrets.public_id,
            token_hash=secrets.token_hash,
            code_mac=secrets.code_mac,
            letter_id=letter_id,
        ),
        page=SignupPage(
            mailing_list_id=signup.mailing_list_id,
            url=signup.page_url,
            version_id=signup.page_version_id,
            source=signup.source,
            form_id=signup.form_id,
        ),
        ticked=asked.ticked,
    )


@use_case
def purge_expired_requests(now: datetime) -> int:
    """Delete the expired requests; return how many of them were not confirmed.

    A confirmed request loses nothing: its consent events stay.
    """
    gone = delete_requests(SignupRequest.expires_at <= now)
    return sum(confirmed_at is None for confirmed_at in gone)
