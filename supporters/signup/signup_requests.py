"""Stores a signup request with its email; deletes expired requests (REQ-37).

The page answers the same for every address, known or unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes

from flask_babel import force_locale
from sqlalchemy import delete

from supporters import clock
from supporters.consent.suppression import is_signup_mail_blocked
from supporters.database import db, transaction, use_case
from supporters.extensions import current_tokens
from supporters.lists.list_sender import sender_values
from supporters.lists.queries import find_list
from supporters.lists.subscriptions import list_purposes_of
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, TemplateValues, announce, put_email
from supporters.mail.queries import list_unanswered_kinds
from supporters.people.address_hashes import address_mac, rate_mac
from supporters.people.addresses import Address
from supporters.people.models import Subscriber
from supporters.people.profile import Profile
from supporters.people.queries import find_subscriber_by_key
from supporters.signup.models import SignupRequest
from supporters.signup.new_requests import (
    NewRequest,
    Requester,
    RequestProof,
    SignupPage,
    store_request,
)
from supporters.signup.queries import TickedBox, find_log_salt, list_ticked_boxes, name_of_choice
from supporters.signup.rules import (
    MANAGE_LINK_LIFETIME,
    MONTH,
    REQUEST_LIFETIME,
    SignupMail,
    choose_signup_mail,
)
from supporters.signup.signup_secrets import RequestSecrets, make_secrets
from supporters.tokens import TokenPurpose

NOBODY = 0  # an unknown address takes the same steps as a known one
SALT_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Signup:
    """The form of a visitor: `wording_ids` are the wordings of the ticked boxes.

    `mailing_list_id` is the list of the page; `page_version_id` is the page snapshot.
    """

    address: Address
    profile: Profile
    mailing_list_id: int
    wording_ids: Sequence[int]
    page_url: str
    page_version_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class _NewSignup:
    """A signup with the rows and secrets that the use case needs."""

    signup: Signup
    ticked: Sequence[TickedBox]
    secrets: RequestSecrets
    subscriber: Subscriber | None
    now: datetime


def request_signup(signup: Signup) -> str:
    """Store a request and its email; return the public id for the page of the visitor."""
    with transaction():
        counted_by = rate_mac(signup.address.rate_key)
        Lock.MAILBOX.take(counted_by)  # two requests at once get one email
        asked = _NewSignup(
            signup=signup,
            ticked=list_ticked_boxes(signup.wording_ids),
            secrets=make_secrets(signup.address.key, signup.wording_ids),
            subscriber=find_subscriber_by_key(signup.address.key),
            now=clock.now(),
        )
        email = _put_email(asked, counted_by)
        db.session.flush()
        _store(asked, letter_id=email.id)
    announce(email)
    return asked.secrets.public_id


def choose_salt(address_mac: bytes, subscriber: Subscriber | None) -> bytes:
    """Return the salt of the log key: from the subscriber, else from a request, else a new one."""
    of_request = find_log_salt(address_mac)
    if subscriber is not None:
        return subscriber.log_salt
    return of_request or token_bytes(SALT_BYTES)


def _put_email(asked: _NewSignup, counted_by: bytes) -> OutboxEmail:
    """Put the email of a request into the outbox. An email that must not be sent is withheld."""
    answer = _choose_answer(asked, counted_by)
    is_known = answer is SignupMail.ALREADY_SUBSCRIBED
    draft = EmailDraft(
        kind=EmailKind.ALREADY_SUBSCRIBED if is_known else EmailKind.CONFIRM_SIGNUP,
        recipient=asked.signup.address.text,
        language=asked.signup.profile.language,
        values={
            **(_manage_values(asked) if is_known else _confirm_values(asked)),
            **sender_values(find_list(asked.signup.mailing_list_id)),
        },
        useful_for=REQUEST_LIFETIME,
        rate_mac=counted_by,
    )
    return put_email(draft, now=asked.now, is_withheld=answer is SignupMail.NOTHING)


def _choose_answer(asked: _NewSignup, counted_by: bytes) -> SignupMail:
    active = list_purposes_of(_id_of(asked.subscriber))
    unanswered = list_unanswered_kinds(counted_by, asked.now - MONTH)
    return choose_signup_mail(
        is_subscribed_already={each.purpose.id for each in asked.ticked} <= active,
        is_blocked=is_signup_mail_blocked(asked.signup.address, asked.now),
        confirmations=[at for kind, at in unanswered if kind is EmailKind.CONFIRM_SIGNUP],
        signup_emails=[at for _, at in unanswered],
        now=asked.now,
    )


def _id_of(subscriber: Subscriber | None) -> int:
    return subscriber.id if subscriber else NOBODY


def _confirm_values(asked: _NewSignup) -> TemplateValues:
    language, secrets = asked.signup.profile.language, asked.secrets
    return {
        "confirm_url": link_to("public.confirm", lang_code=language, token=secrets.confirm_token),
        "not_me_url": link_to("public.not_me", lang_code=language, token=secrets.not_me_token),
        "code": secrets.code,
        "list_names": _list_names(asked),
        "hours": int(REQUEST_LIFETIME.total_seconds() // 3600),
    }


def _manage_values(asked: _NewSignup) -> TemplateValues:
    language = asked.signup.profile.language
    token = current_tokens().sign(TokenPurpose.MANAGE, _id_of(asked.subscriber))
    return {
        "manage_url": link_to("public.subscriptions", lang_code=language, token=token),
        "list_names": _list_names(asked),
        "hours": int(MANAGE_LINK_LIFETIME.total_seconds() // 3600),
    }


def _list_names(asked: _NewSignup) -> list[str]:
    with force_locale(asked.signup.profile.language):
        return [name_of_choice(each.mailing_list, each.wording) for each in asked.ticked]


def _store(asked: _NewSignup, *, letter_id: int) -> None:
    signup, secrets = asked.signup, asked.secrets
    mac = address_mac(signup.address.key)
    store_request(
        NewRequest(
            asker=Requester(
                address=signup.address.text,
                address_key=signup.address.key,
                address_mac=mac,
                log_salt=choose_salt(mac, asked.subscriber),
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
            ),
            ticked=asked.ticked,
        ),
        now=asked.now,
    )


@use_case
def purge_expired_requests(now: datetime) -> int:
    """Delete the expired requests; return how many of them were not confirmed.

    A confirmed request loses nothing: its consent events stay.
    """
    gone = db.session.execute(
        delete(SignupRequest)
        .where(SignupRequest.expires_at <= now)
        .returning(SignupRequest.confirmed_at)
    )
    return sum(confirmed_at is None for (confirmed_at,) in gone)
