"""A visitor asks to join: stores the request and a letter, and answers the same for everybody.

Every request makes the same reads and the same writes, whoever the address belongs to, so that
neither the answer nor its time tells (ADR 011). Only the letter differs; only its holder sees it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from supporters import clock
from supporters.consent.models import Wording
from supporters.consent.queries import is_suppressed
from supporters.consent.suppressing import SIGNUP_LETTERS
from supporters.database import db, take_turns, transaction
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.links import link_to
from supporters.mail.models import LetterKind
from supporters.mail.outbox import Draft, Values, announce, put_letter
from supporters.mail.queries import list_unanswered_letters
from supporters.people.addresses import Address
from supporters.people.keys import address_mac, rate_mac
from supporters.people.queries import find_subscriber_by_key
from supporters.signup.models import SignupChoice, SignupRequest
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


@dataclass(frozen=True, kw_only=True)
class Signup:
    """What a visitor sent: `choices` has the ticked lists with the wordings beside the boxes."""

    address: Address
    given_name: str | None
    language: str
    mailing_list: MailingList
    choices: Sequence[tuple[MailingList, Wording]]
    page_url: str


def request_signup(signup: Signup) -> str:
    """Store a request and its letter; return the id that the visitor's page knows it by."""
    now = clock.now()
    secrets = make_secrets(signup.address.key, [wording.id for _, wording in signup.choices])
    with transaction():
        take_turns(rate_mac(signup.address.rate_key))  # so that two at once don't get a letter each
        draft, is_withheld = _write_letter(signup, secrets, now)
        letter = put_letter(draft, now=now, is_withheld=is_withheld)
        db.session.flush()
        _store_request(signup, secrets, letter_id=letter.id, now=now)
    announce(letter)
    return secrets.public_id


def _write_letter(signup: Signup, secrets: RequestSecrets, now: datetime) -> tuple[Draft, bool]:
    """Return the letter for a request, and whether it must be withheld."""
    counted_by = rate_mac(signup.address.rate_key)
    subscriber = find_subscriber_by_key(signup.address.key)
    subscriber_id = subscriber.id if subscriber else NOBODY
    subscribed = {each.id for _, each in list_subscriptions_of(subscriber_id)}
    answer = choose_answer(
        is_subscribed_already={each.id for each, _ in signup.choices} <= subscribed,
        is_shielded=is_suppressed(counted_by, [SIGNUP_LETTERS], now),
        unanswered_letters=list_unanswered_letters(counted_by, now - MONTH),
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
        "list_names": [mailing_list.name for mailing_list, _ in signup.choices],
        "hours": int(REQUEST_LIFETIME.total_seconds() // 3600),
    }


def _manage_values(signup: Signup, subscriber_id: int) -> Values:
    token = current_tokens().sign(Purpose.MANAGE, subscriber_id)
    return {
        "manage_url": link_to("public.subscriptions", lang_code=signup.language, token=token),
        "list_names": [mailing_list.name for mailing_list, _ in signup.choices],
        "hours": int(MANAGE_LINK_LIFETIME.total_seconds() // 3600),
    }


def _store_request(
    signup: Signup, secrets: RequestSecrets, *, letter_id: int, now: datetime
) -> None:
    request = SignupRequest(
        id=new_id(now),
        public_id=secrets.public_id,
        address=signup.address.text,
        address_key=signup.address.key,
        address_mac=address_mac(signup.address.key),
        given_name=signup.given_name,
        language=signup.language,
        mailing_list_id=signup.mailing_list.id,
        page_url=signup.page_url,
        letter_id=letter_id,
        token_hash=secrets.token_hash,
        code_mac=secrets.code_mac,
        code_attempts=0,
        code_guesses=0,
        created_at=now,
        expires_at=now + REQUEST_LIFETIME,
    )
    db.session.add(request)
    db.session.flush()
    for mailing_list, wording in signup.choices:
        db.session.add(
            SignupChoice(
                signup_request_id=request.id,
                mailing_list_id=mailing_list.id,
                purpose_id=mailing_list.purpose_id,
                wording_id=wording.id,
            )
        )
