"""Records the answer to a reconfirmation: yes is a new consent, no is a withdrawal.

The link in the email is bound to the event of the question, and so to the person, the purpose and
the address. It works once; a repetition changes nothing.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import select

from supporters import clock
from supporters.consent.act_places import ActSurface
from supporters.consent.confirming_emails import ConfirmingEmail, columns_of, find_confirming_email
from supporters.consent.event_records import EventRecord
from supporters.consent.models import ConsentEvent, EventKind, Method, Purpose, Wording
from supporters.consent.queries import find_wording_to_show
from supporters.consent.record_holders import holder_of
from supporters.crypto.tokens import TokenError, TokenExpired, TokenPurpose
from supporters.database import db, use_case
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_of_purpose, name_of_purpose
from supporters.lists.subscriptions import (
    ActiveConsent,
    find_active_consent,
    unsubscribe_from_list,
    withdraw_agreement,
)
from supporters.locks import Lock, lock_then_load
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mailbox_health.reachability import reset_unreachable
from supporters.people.addresses import mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.reconfirmation.queries import get_current_purpose
from supporters.reconfirmation.reconfirmation_mails import MAIL_USEFUL_FOR, wording_of
from supporters.reconfirmation.rules import RECONFIRMATION_LIFETIME
from supporters.signup.confirmed_signups import renew_consent

LONGEST_LIFETIME = (
    RECONFIRMATION_LIFETIME + MAIL_USEFUL_FOR
)  # it counts from the arrival of the email


class ReconfirmError(Enum):
    """Why a reconfirmation can't be answered."""

    UNKNOWN = auto()
    EXPIRED = auto()
    OVER = auto()
    TEXT_CHANGED = auto()
    RESTRICTED = auto()


@dataclass(frozen=True, kw_only=True)
class ReconfirmationQuestion:
    """The question to a person: the current wording, beside the one that they agreed to.

    `is_answered`: the person agreed to the current purpose after the question.
    """

    requested: ConsentEvent
    subscriber: Subscriber
    purpose: Purpose
    mailing_list: MailingList | None
    active: ActiveConsent
    old: Wording
    new: Wording
    is_answered: bool

    @property
    def name(self) -> str:
        """The name of the purpose."""
        return name_of_purpose(self.purpose.id)


@dataclass(frozen=True, kw_only=True)
class AcceptedWording:
    """The form of a yes: the wording beside its box, and the page."""

    language: str
    wording_id: int
    page_url: str
    page_snapshot_id: int | None


def find_reconfirmation_question(
    token: str, language: str
) -> ReconfirmationQuestion | ReconfirmError:
    """Return the question of a link. Changes nothing."""
    try:
        event_id = current_tokens().read(
            TokenPurpose.RECONFIRMATION, token, max_age=LONGEST_LIFETIME
        )
    except TokenExpired:
        return ReconfirmError.EXPIRED
    except TokenError:
        return ReconfirmError.UNKNOWN
    asked = db.session.get(ConsentEvent, event_id) if isinstance(event_id, int) else None
    subscriber = find_subscriber(asked.subscriber_id) if asked else None
    if asked is None or subscriber is None:
        return ReconfirmError.UNKNOWN
    if (
        asked.kind is not EventKind.RECONFIRMATION_REQUESTED
        or asked.address_mac != subscriber.address_mac
    ):
        return ReconfirmError.UNKNOWN
    return _make_question(asked, subscriber, language=language)


@use_case
def accept_reconfirmation(
    token: str, form: AcceptedWording
) -> ReconfirmationQuestion | ReconfirmError:
    """Write the renewed consent of a person; return the question.

    While their data is restricted, a person can't renew a consent: they lift the restriction first,
    in My data. They can unsubscribe.
    """
    question = lock_then_load(
        Lock.ADDRESS, lambda: find_reconfirmation_question(token, form.language), _address_of
    )
    if isinstance(question, ReconfirmError) or question.is_answered:
        return question
    if question.subscriber.restricted_at is not None:
        return ReconfirmError.RESTRICTED
    if form.wording_id != question.new.id:
        return ReconfirmError.TEXT_CHANGED
    renew_consent(
        question.subscriber,
        _make_event(question, form, evidence=hashlib.sha256(token.encode()).digest()),
        active=question.active,
        mailing_list=question.mailing_list,
    )
    reset_unreachable(question.subscriber.address_mac, clock.now())
    return question


def decline_reconfirmation(token: str, language: str) -> ReconfirmationQuestion | ReconfirmError:
    """Withdraw the consent, as unsubscribing does. A repetition changes nothing."""
    question = find_reconfirmation_question(token, language)
    if isinstance(question, ReconfirmationQuestion):
        person = question.subscriber.id
        if question.mailing_list is not None:
            unsubscribe_from_list(person, question.mailing_list.id, Method.PAGE)
        else:
            withdraw_agreement(person, question.active.purpose_id, Method.PAGE)
    return question


def _address_of(found: ReconfirmationQuestion | ReconfirmError) -> bytes | None:
    return None if isinstance(found, ReconfirmError) else found.subscriber.address_mac


def _make_question(
    asked: ConsentEvent, subscriber: Subscriber, *, language: str
) -> ReconfirmationQuestion | ReconfirmError:
    if asked.purpose_id is None:
        return ReconfirmError.UNKNOWN
    purpose = get_current_purpose(asked.purpose_id)
    mailing_list = find_list_of_purpose(purpose.id)
    active = find_active_consent(subscriber.id, purpose.id, mailing_list)
    new = find_wording_to_show(purpose.id, language)
    if active is None or new is None:
        return ReconfirmError.OVER
    event = db.session.get_one(ConsentEvent, active.consent_event_id)
    return ReconfirmationQuestion(
        requested=asked,
        subscriber=subscriber,
        purpose=purpose,
        mailing_list=mailing_list,
        active=active,
        old=wording_of(active),
        new=new,
        is_answered=(active.purpose_id == purpose.id and event.occurred_at >= asked.occurred_at),
    )


def _make_event(
    question: ReconfirmationQuestion, form: AcceptedWording, *, evidence: bytes
) -> EventRecord:
    now = clock.now()
    return EventRecord(
        id=new_id(now),
        kind=EventKind.RENEWED,
        subscriber_id=question.subscriber.id,
        address_mac=question.subscriber.address_mac,
        purpose_id=question.purpose.id,
        wording_id=question.new.id,
        method=Method.LINK,
        page_url=form.page_url,
        page_snapshot_id=form.page_snapshot_id,
        request_id=question.requested.id,
        requested_at=question.requested.occurred_at,
        occurred_at=now,
        evidence=evidence,
        holder=holder_of(question.subscriber),
        surface=ActSurface.LINK_PAGE,
        **columns_of(_find_email_of(question)),
    )


def _find_email_of(question: ReconfirmationQuestion) -> ConfirmingEmail | None:
    """Return the facts on the email of a question, which was written with it, at the same moment.

    None if the mailbox got several at that moment: they can't be told apart.
    """
    written = select(OutboxEmail.id).where(
        OutboxEmail.rate_mac == mailbox_mac(question.subscriber.address),
        OutboxEmail.created_at == question.requested.occurred_at,
        OutboxEmail.kind == EmailKind.RECONFIRMATION,
    )
    ids = db.session.scalars(written).all()
    return find_confirming_email(ids[0]) if len(ids) == 1 else None
