"""Writes the holder's yes: the person, their consent events, and what these hold.

This is the only code that makes an address mailable.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import select, update

from supporters import clock
from supporters.consent.consent_events import Act, Evidence, record_act, record_events
from supporters.consent.event_records import EventRecord, make_row
from supporters.consent.models import ConsentEvent, EventKind, LawfulBasis, Method, Wording
from supporters.consent.suppression import lift_all_for, lift_shield, lift_suppressions
from supporters.consent.withdrawal_journal import Taken, Taking, note
from supporters.database import db, in_transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import (
    NO_CONSENTS,
    ActiveConsents,
    Standing,
    find_active_consents,
    hold,
    kind_of_confirmation,
)
from supporters.mail.models import Letter
from supporters.people.activity import note_act
from supporters.people.address_hashes import former_mac
from supporters.people.addresses import stored_address
from supporters.people.models import Subscriber
from supporters.people.profile import profile_of
from supporters.people.queries import find_subscriber_by_mac
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.queries import AskedRequest

NOBODY_YET = 0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Yes:
    """How a holder said yes: `evidence` is the hash of the secret that only their mailbox got.

    It is that of the email that they used; what they confirm may be of another request of theirs.
    """

    method: Method
    evidence: bytes


def make_requested_event(
    request: SignupRequest, choice: SignupChoice, subscriber_id: int = NOBODY_YET
) -> EventRecord:
    """Return the event that a purpose was asked for; until confirmed only the log knows of it."""
    return EventRecord(
        id=choice.event_id,
        kind=EventKind.REQUESTED,
        subscriber_id=subscriber_id,
        address_mac=request.address_mac,
        purpose_id=choice.purpose_id,
        wording_id=choice.wording_id,
        method=Method.FORM,
        page_url=request.page_url,
        page_version_id=request.page_version_id,
        requested_at=request.created_at,
        occurred_at=request.created_at,
        controller_id=request.controller_id,
        basis=None if request.controller_id is None else LawfulBasis.EXPLICIT_CONSENT,
    )


def make_confirming_event(
    asked: EventRecord, *, kind: EventKind, yes: Yes, now: datetime
) -> EventRecord:
    """Return the event of the holder's confirmation of what was asked for."""
    return replace(
        asked,
        id=new_id(now),
        kind=kind,
        method=yes.method,
        request_id=asked.id,
        occurred_at=now,
        evidence=yes.evidence,
    )


def make_repeated_event(
    subscriber: Subscriber,
    wording: Wording,
    *,
    kind: EventKind,
    evidence: Evidence,
    now: datetime,
) -> EventRecord:
    """Return the event of a person who confirms, from their mailbox, what they agreed to before."""
    return EventRecord(
        id=new_id(now),
        kind=kind,
        subscriber_id=subscriber.id,
        address_mac=subscriber.address_mac,
        purpose_id=wording.purpose_id,
        wording_id=wording.id,
        method=Method.LINK,
        page_url=evidence.page_url,
        page_version_id=evidence.page_version_id,
        requested_at=evidence.requested_at,
        occurred_at=now,
        evidence=evidence.token_hash,
    )


@dataclass(frozen=True, kw_only=True)
class Confirmer:
    """The holder of a mailbox who says yes: the person, once known, and what they agreed to."""

    subscriber: Subscriber | None
    consents: ActiveConsents = NO_CONSENTS


class Written(NamedTuple):
    """What was written of a yes: whose it is, and the events of the confirmation."""

    subscriber: Subscriber
    events: Sequence[ConsentEvent]


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """The holder's yes to one box: what was asked, the event of the answer, and what it changes."""

    asked: EventRecord
    event: EventRecord
    standing: Standing | None
    mailing_list: MailingList | None


def find_confirmer(address_mac: bytes) -> Confirmer:
    """Return who the holder of an address is, as far as we know them."""
    subscriber = find_subscriber_by_mac(address_mac)
    if subscriber is None:
        return Confirmer(subscriber=None)
    return Confirmer(subscriber=subscriber, consents=find_active_consents(subscriber.id))


@in_transaction
def write_yes(asked: AskedRequest, yes: Yes, confirmer: Confirmer) -> Written:
    """Write what a request's holder said yes to.

    The evidence is the request's own, unless the email of another request of theirs was used.
    """
    now, request, known = clock.now(), asked.request, confirmer.subscriber
    subscriber_id = known.id if known else new_id(now)
    answers = [*_answer(asked, yes, confirmer.consents, subscriber_id=subscriber_id, now=now)]
    if known is None:
        subscriber = _make_subscriber(subscriber_id, request, answers[0].event)
        db.session.add(subscriber)
    else:
        subscriber = known
        _welcome_back(known, request, method=yes.method, now=now)
    events = _record(answers, request, log_salt=subscriber.log_salt)
    db.session.flush()
    for answer in answers:
        hold(answer.event, answer.standing, answer.mailing_list)
    _lift_suppressions(asked)
    request.confirmed_at = now
    mark_letters_answered(request.address_mac, now)
    method = yes.method.value
    log.info("signup.confirmed", request=request.id, subscriber=subscriber_id, method=method)
    return Written(subscriber, events)


@in_transaction
def write_renewal(
    subscriber: Subscriber,
    event: EventRecord,
    *,
    standing: Standing | None,
    mailing_list: MailingList | None,
) -> None:
    """Write that somebody who is known agreed again."""
    record_events([event], log_salt=subscriber.log_salt)
    db.session.flush()
    hold(event, standing, mailing_list)
    if event.purpose_id is not None:
        lift_suppressions(subscriber.address_mac, [event.purpose_id])
    note_act(subscriber, event.occurred_at)
    log.info("consent.renewed", subscriber=subscriber.id, purpose=event.purpose_id)


def _answer(
    asked: AskedRequest,
    yes: Yes,
    consents: ActiveConsents,
    *,
    subscriber_id: int,
    now: datetime,
) -> Iterator[_Answer]:
    """Return the answers that change something: what stands already stays as it is.

    So does what stands for a later purpose, when a letter of before the change is answered.
    """
    for choice in asked.choices:
        standing = consents.find(*choice.subject)
        if standing is not None and standing.purpose_id >= choice.purpose.id:
            continue
        requested = make_requested_event(asked.request, choice.row, subscriber_id)
        kind = kind_of_confirmation(standing)
        yield _Answer(
            asked=requested,
            event=make_confirming_event(requested, kind=kind, yes=yes, now=now),
            standing=standing,
            mailing_list=choice.mailing_list,
        )


def _record(
    answers: Sequence[_Answer], request: SignupRequest, *, log_salt: bytes
) -> list[ConsentEvent]:
    """Add the events of what was asked for and of the answers; return those of the answers."""
    if log_salt == request.log_salt:  # the entry of each is there since the request was made
        db.session.add_all(make_row(answer.asked) for answer in answers)
        return record_events([answer.event for answer in answers], log_salt=log_salt)
    anew = []  # the log has the request under a key of nobody's now
    for answer in answers:
        asked = replace(answer.asked, id=new_id(answer.event.occurred_at))
        anew += [asked, replace(answer.event, request_id=asked.id)]
    return record_events(anew, log_salt=log_salt)[1::2]


def _welcome_back(
    known: Subscriber, request: SignupRequest, *, method: Method, now: datetime
) -> None:
    """Note that somebody who is known acted by their own hand; it ends what they had frozen."""
    for name, value in vars(profile_of(request)).items():
        setattr(known, name, getattr(known, name) or value)
    known.language = request.language
    known.paused_until = None
    note_act(known, now)
    if known.restricted_at is not None:
        known.restricted_at = None
        record_act(known, Act(kind=EventKind.RELEASED, method=method, now=now))


def _make_subscriber(
    subscriber_id: int, request: SignupRequest, joined_by: EventRecord
) -> Subscriber:
    return Subscriber(
        id=subscriber_id,
        address=request.address,
        address_key=request.address_key,
        address_mac=request.address_mac,
        **vars(profile_of(request)),
        created_at=joined_by.occurred_at,
        acted_at=joined_by.occurred_at,
        log_salt=request.log_salt,
        joined_event_id=joined_by.id,
    )


def _lift_suppressions(asked: AskedRequest) -> None:
    request = asked.request
    macs = (request.address_mac, former_mac(stored_address(request.address)))
    for mac in lift_all_for(macs, [each.purpose.id for each in asked.choices]):
        _note_wish(mac)


def lift_shields(macs: Sequence[bytes]) -> None:
    """Let signup letters go to an address again, and note that its holder wants them."""
    for mac in macs:
        if lift_shield(mac):
            _note_wish(mac)


def _note_wish(mac: bytes) -> None:
    at = clock.now()
    note(Taking(kind=Taken.ME_AFTER_ALL, at=at, person=mac, method=Method.LINK))


def mark_letters_answered(address_mac: bytes, now: datetime) -> None:
    """Let the caps on letters start anew: the holder has shown that they want them."""
    letters = select(SignupRequest.letter_id).where(SignupRequest.address_mac == address_mac)
    db.session.execute(
        update(Letter)
        .where(Letter.id.in_(letters))
        .values(answered_at=now)
        .execution_options(synchronize_session=False)
    )
