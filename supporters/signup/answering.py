"""Writes the holder's yes: the person, their consent events, and what these hold.

This is the only code that makes an address mailable.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select, update

from supporters import clock
from supporters.consent.journal import Taken, Taking, note
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.recording import Act, record_act, record_event
from supporters.consent.suppressing import lift_shield, lift_suppressions
from supporters.database import db, in_transaction
from supporters.ids import new_id
from supporters.lists.joining import Standing, find_standing, hold, kind_of_confirmation
from supporters.lists.models import MailingList
from supporters.mail.models import Letter
from supporters.people.acting import note_act
from supporters.people.addresses import parse_address
from supporters.people.keys import shield_macs
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key
from supporters.signup.events import Yes, make_confirming_event, make_requested_event
from supporters.signup.models import SignupRequest
from supporters.signup.queries import Choice

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """The holder's yes to one box: what was asked, the event of the answer, and what it changes."""

    asked: ConsentEvent
    event: ConsentEvent
    standing: Standing | None
    mailing_list: MailingList | None


@in_transaction
def write_yes(
    request: SignupRequest,
    choices: Sequence[Choice],
    method: Method,
    *,
    evidence: bytes | None = None,
) -> None:
    """Write what a request's holder said yes to.

    The evidence is the request's own, unless the email of another request of theirs was used.
    """
    now = clock.now()
    yes = Yes(method=method, evidence=evidence or request.token_hash)
    known = find_subscriber_by_key(request.address_key)
    subscriber_id = known.id if known else new_id(now)
    answers = [*_answer(request, choices, subscriber_id=subscriber_id, yes=yes, now=now)]
    if known is None:
        db.session.add(_make_subscriber(subscriber_id, request, answers[0].event))
    else:
        _welcome_back(known, request, method=method, now=now)
    log_salt = known.log_salt if known else request.log_salt
    for answer in answers:
        if log_salt == request.log_salt:
            db.session.add(answer.asked)  # its entry is there since the request was made
        else:  # the log has the request under a key of nobody's now
            answer.asked.id = answer.event.request_id = new_id(now)
            record_event(answer.asked, log_salt=log_salt)
        record_event(answer.event, log_salt=log_salt)
    db.session.flush()
    for answer in answers:
        hold(answer.event, answer.standing, answer.mailing_list)
    _lift_suppressions(request, choices)
    request.confirmed_at = now
    mark_letters_answered(request.address_mac, now)
    log.info("signup.confirmed", request=request.id, subscriber=subscriber_id, method=method.value)


@in_transaction
def write_renewal(
    subscriber: Subscriber,
    event: ConsentEvent,
    *,
    standing: Standing | None,
    mailing_list: MailingList | None,
) -> None:
    """Write that somebody who is known agreed again."""
    record_event(event, log_salt=subscriber.log_salt)
    db.session.flush()
    hold(event, standing, mailing_list)
    if event.purpose_id is not None:
        lift_suppressions(subscriber.address_mac, [event.purpose_id])
    note_act(subscriber, event.occurred_at)
    log.info("consent.renewed", subscriber=subscriber.id, purpose=event.purpose_id)


def _answer(
    request: SignupRequest,
    choices: Sequence[Choice],
    *,
    subscriber_id: int,
    yes: Yes,
    now: datetime,
) -> Iterator[_Answer]:
    """Return the answers that change something: what stands already stays as it is.

    So does what stands for a later purpose, when a letter of before the change is answered.
    """
    for choice, mailing_list, _ in choices:
        standing = find_standing(subscriber_id, choice.purpose_id, mailing_list)
        if standing is not None and standing.purpose_id >= choice.purpose_id:
            continue
        asked = make_requested_event(request, choice, subscriber_id)
        kind = kind_of_confirmation(standing)
        event = make_confirming_event(request, asked, kind=kind, yes=yes, now=now)
        yield _Answer(asked=asked, event=event, standing=standing, mailing_list=mailing_list)


def _welcome_back(
    known: Subscriber, request: SignupRequest, *, method: Method, now: datetime
) -> None:
    """Note that somebody who is known acted by their own hand; it ends what they had frozen."""
    known.given_name = known.given_name or request.given_name
    known.language = request.language
    known.paused_until = None
    note_act(known, now)
    if known.restricted_at is not None:
        known.restricted_at = None
        record_act(known, Act(kind=EventKind.RELEASED, method=method, now=now))


def _make_subscriber(
    subscriber_id: int, request: SignupRequest, joined_by: ConsentEvent
) -> Subscriber:
    return Subscriber(
        id=subscriber_id,
        address=request.address,
        address_key=request.address_key,
        address_mac=request.address_mac,
        given_name=request.given_name,
        language=request.language,
        created_at=joined_by.occurred_at,
        acted_at=joined_by.occurred_at,
        log_salt=request.log_salt,
        joined_event_id=joined_by.id,
    )


def _lift_suppressions(request: SignupRequest, choices: Sequence[Choice]) -> None:
    lift_suppressions(request.address_mac, [choice.purpose_id for choice, _, _ in choices])
    lift_shields(shield_macs(parse_address(request.address)))


def lift_shields(macs: Sequence[bytes]) -> None:
    """Let signup letters go to an address again, and note that its holder wants them."""
    for mac in macs:
        if lift_shield(mac):
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
