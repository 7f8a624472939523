"""A visitor asks to join: stores the request and a letter, and answers the same for everybody.

Every request makes the same reads and the same writes, whoever the address belongs to, so that
neither the answer nor its time tells (ADR 011). Only the letter differs; only its holder sees it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes

from flask_babel import force_locale

from supporters import clock
from supporters.consent.controllers import current_controller
from supporters.consent.recording import seal_in
from supporters.consent.suppressing import is_shielded
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.lists.joining import list_purposes_of
from supporters.lists.models import MailingList
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import LetterKind
from supporters.mail.outbox import Draft, Values, announce, put_letter
from supporters.mail.queries import list_unanswered_letters
from supporters.people.addresses import Address
from supporters.people.keys import address_mac, rate_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key
from supporters.signup.events import make_requested_event
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.queries import Offer, find_log_salt, name_of_choice
from supporters.signup.rules import (
    MANAGE_LINK_LIFETIME,
    MONTH,
    REQUEST_LIFETIME,
    Answer,
    choose_answer,
)
from supporters.signup.secrets import RequestSecrets, make_secrets
from supporters.tokens import Purpose

NOBODY = 0  # looked up like a subscriber, so that an unknown address takes the same steps
SALT_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Signup:
    """What a visitor sent: `choices` has the ticked boxes, each with its list and its wording.

    `page_version_id` is that of the page as it was shown.
    """

    address: Address
    given_name: str | None
    language: str
    mailing_list: MailingList
    choices: Sequence[Offer]
    page_url: str
    page_version_id: int | None = None


def request_signup(signup: Signup) -> str:
    """Store a request and its letter; return the id that the visitor's page knows it by."""
    now = clock.now()
    secrets = make_secrets(signup.address.key, [wording.id for _, wording in signup.choices])
    with transaction():
        Lock.MAILBOX.take(rate_mac(signup.address.rate_key))  # two at once get one letter
        subscriber = find_subscriber_by_key(signup.address.key)
        draft, is_withheld = _write_letter(signup, secrets, subscriber, now=now)
        letter = put_letter(draft, now=now, is_withheld=is_withheld)
        db.session.flush()
        request = _make_request(signup, secrets, letter_id=letter.id, now=now)
        request.log_salt = choose_salt(request.address_mac, subscriber)
        store_request(request, signup.choices)
    announce(letter)
    return secrets.public_id


def choose_salt(address_mac: bytes, subscriber: Subscriber | None) -> bytes:
    """Return the salt of a person's log key: theirs, that of an open request, or a new one."""
    of_request = find_log_salt(address_mac)
    if subscriber is not None:
        return subscriber.log_salt
    return of_request or token_bytes(SALT_BYTES)


def _write_letter(
    signup: Signup, secrets: RequestSecrets, subscriber: Subscriber | None, *, now: datetime
) -> tuple[Draft, bool]:
    """Return the letter for a request, and whether it must be withheld."""
    counted_by = rate_mac(signup.address.rate_key)
    subscriber_id = subscriber.id if subscriber else NOBODY
    standing = list_purposes_of(subscriber_id)
    answer = choose_answer(
        is_subscribed_already={each.purpose_id for _, each in signup.choices} <= standing,
        is_shielded=is_shielded(signup.address, now),
        confirmations=list_unanswered_letters(counted_by, now - MONTH, [LetterKind.CONFIRM_SIGNUP]),
        signup_emails=list_unanswered_letters(counted_by, now - MONTH),
        now=now,
    )
    is_known = answer is Answer.ALREADY_SUBSCRIBED
    draft = Draft(
        kind=LetterKind.ALREADY_SUBSCRIBED if is_known else LetterKind.CONFIRM_SIGNUP,
        recipient=signup.address.text,
        language=signup.language,
        values=(
            _manage_values(signup, subscriber_id) if is_known else _confirm_values(signup, secrets)
        ),
        useful_for=REQUEST_LIFETIME,
        rate_mac=counted_by,
    )
    return draft, answer is Answer.NOTHING


def _confirm_values(signup: Signup, secrets: RequestSecrets) -> Values:
    language = signup.language
    return {
        "confirm_url": link_to("public.confirm", lang_code=language, token=secrets.confirm_token),
        "not_me_url": link_to("public.not_me", lang_code=language, token=secrets.not_me_token),
        "code": secrets.code,
        "list_names": _names(signup),
        "hours": int(REQUEST_LIFETIME.total_seconds() // 3600),
    }


def _manage_values(signup: Signup, subscriber_id: int) -> Values:
    token = current_tokens().sign(Purpose.MANAGE, subscriber_id)
    return {
        "manage_url": link_to("public.subscriptions", lang_code=signup.language, token=token),
        "list_names": _names(signup),
        "hours": int(MANAGE_LINK_LIFETIME.total_seconds() // 3600),
    }


def _names(signup: Signup) -> list[str]:
    with force_locale(signup.language):
        return [name_of_choice(mailing_list, wording) for mailing_list, wording in signup.choices]


def _make_request(
    signup: Signup, secrets: RequestSecrets, *, letter_id: int, now: datetime
) -> SignupRequest:
    return SignupRequest(
        id=new_id(now),
        public_id=secrets.public_id,
        address=signup.address.text,
        address_key=signup.address.key,
        address_mac=address_mac(signup.address.key),
        given_name=signup.given_name,
        language=signup.language,
        mailing_list_id=signup.mailing_list.id,
        page_url=signup.page_url,
        page_version_id=signup.page_version_id,
        letter_id=letter_id,
        token_hash=secrets.token_hash,
        code_mac=secrets.code_mac,
        code_attempts=0,
        code_guesses=0,
        created_at=now,
        expires_at=now + REQUEST_LIFETIME,
    )


def store_request(request: SignupRequest, choices: Sequence[Offer]) -> None:
    """Add a request with its boxes; the log knows of each from now on."""
    request.controller_id = current_controller().id
    db.session.add(request)
    db.session.flush()
    for mailing_list, wording in choices:
        choice = SignupChoice(
            signup_request_id=request.id,
            mailing_list_id=mailing_list.id if mailing_list else None,
            purpose_id=wording.purpose_id,
            wording_id=wording.id,
            event_id=new_id(request.created_at),
        )
        db.session.add(choice)
        seal_in(make_requested_event(request, choice), log_salt=request.log_salt)
