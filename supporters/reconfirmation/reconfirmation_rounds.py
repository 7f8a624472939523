"""Asks everybody who agreed to an earlier purpose, a few a minute; owners start and stop it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from sqlalchemy import and_, or_, select, update

from supporters import clock
from supporters.consent.models import EventKind, Purpose
from supporters.consent.queries import find_purpose, find_successor
from supporters.database import db, in_transaction, transaction, use_case
from supporters.locks import Lock
from supporters.mail.models import Letter, LetterKind, LetterStatus
from supporters.people.activity import forget_question
from supporters.people.models import Subscriber
from supporters.reconfirmation.models import Asking
from supporters.reconfirmation.queries import (
    count_people_with,
    count_silent,
    count_to_ask,
    find_asking,
    list_due_askings,
    list_people_to_ask,
)
from supporters.reconfirmation.reconfirmation_mails import Reason, ask_again
from supporters.reconfirmation.rules import BETWEEN_ROUNDS, is_mailbox_gone, people_a_minute

log = structlog.get_logger(__name__)
SETTLED_AT_ONCE = 2_000
APART = timedelta(days=2)


class AskingRefused(Enum):
    """Why a reconfirmation did not start."""

    NOTHING_CHANGED = auto()
    SUCCEEDED = auto()


@dataclass(frozen=True)
class PeopleChanged:
    """The number of people to ask is not the one that the owner approved."""

    people: int


@dataclass(frozen=True, kw_only=True)
class AskingProgress:
    """The progress of a reconfirmation, and the counts of the answers."""

    is_started: bool
    is_stopped: bool
    to_ask: int
    silent: int
    renewed: int
    gone: int


@use_case
def start_asking(
    purpose_id: int, *, expected_people: int | None = None
) -> AskingRefused | PeopleChanged | None:
    """Start or resume to ask everybody with a consent for an earlier purpose.

    With `expected_people`, nothing starts if the number of people is another one by now.
    """
    now = clock.now()
    purpose = find_purpose(purpose_id)
    if purpose is None or purpose.succeeds_id is None:
        return AskingRefused.NOTHING_CHANGED
    if find_successor(purpose_id) is not None:
        return AskingRefused.SUCCEEDED
    people = count_to_ask(purpose)
    if expected_people is not None and people != expected_people:
        return PeopleChanged(people)
    asking = find_asking(purpose_id)
    if asking is None:
        db.session.add(Asking(purpose_id=purpose_id, asked_up_to=0, due_at=now, started_at=now))
    else:
        asking.stopped_at, asking.due_at = None, now
    return None


@use_case
def stop_asking(purpose_id: int) -> None:
    """Put no more emails into the outbox until an owner resumes."""
    now = clock.now()
    asking = find_asking(purpose_id)
    if asking is not None and asking.stopped_at is None:
        asking.stopped_at = now


def ask_next(now: datetime) -> int:
    """Ask the next few people of each started reconfirmation; return how many."""
    due = [each.purpose_id for each in list_due_askings(now)]
    return sum(_ask_next_of(purpose_id, now) for purpose_id in due)


def get_asking_progress(purpose: Purpose) -> AskingProgress:
    """Return the progress of a reconfirmation."""
    asking = find_asking(purpose.id)
    asked = count_people_with(purpose.id, EventKind.ASKED_AGAIN)
    renewed = count_people_with(purpose.id, EventKind.RENEWED)
    silent = count_silent(purpose)
    return AskingProgress(
        is_started=asking is not None,
        is_stopped=asking is not None and asking.stopped_at is not None,
        to_ask=count_to_ask(purpose),
        silent=silent,
        renewed=renewed,
        gone=max(0, asked - renewed - silent),
    )


def _ask_next_of(purpose_id: int, now: datetime) -> int:
    """Ask a few people. After a round wait a day: some people may have ended their pause."""
    with transaction():
        Lock.RECONFIRMATION.take(purpose_id)
        asking = db.session.get(Asking, purpose_id, populate_existing=True)
        purpose = db.session.get_one(Purpose, purpose_id)
        if asking is None or asking.stopped_at or asking.due_at > now:
            return 0
        if find_successor(purpose_id) is not None:  # the successor has a reconfirmation of its own
            asking.stopped_at = now
            return 0
        limit = people_a_minute(count_to_ask(purpose))
        people = list_people_to_ask(purpose, now, after=asking.asked_up_to, limit=limit)
        for subscriber in people:
            ask_again(subscriber, purpose_id, reason=Reason.CHANGED, now=now)
        is_round_over = len(people) < limit
        asking.asked_up_to = 0 if is_round_over else people[-1].id
        asking.due_at = now + BETWEEN_ROUNDS if is_round_over else now
    log.info("asking.went_on", purpose=purpose_id, asked=len(people))
    return len(people)


@use_case
def settle_questions(now: datetime) -> int:
    """Record the results of the inactivity emails in the outbox; return how many."""
    found = _list_settled(now)
    for subscriber, letter in found:
        forget_question(subscriber)
        if letter.status is LetterStatus.SENT or _is_gone_for_good(letter):
            subscriber.asked_again_at = letter.settled_at
        else:
            log.warning("question.never_left", subscriber=subscriber.id, letter=letter.id)
    return len(found)


@in_transaction
def forget_questions() -> None:
    """Reset the inactivity question of everybody who was asked.

    A restored database doesn't know the answers since its backup.
    """
    db.session.execute(
        update(Subscriber)
        .where(
            or_(Subscriber.asked_again_at.is_not(None), Subscriber.asking_letter_id.is_not(None))
        )
        .values(asked_again_at=None, asking_letter_id=None)
        .execution_options(synchronize_session=False)
    )


def _list_settled(now: datetime) -> Sequence[tuple[Subscriber, Letter]]:
    rows = db.session.execute(
        select(Subscriber, Letter)
        .join(Letter, Letter.id == Subscriber.asking_letter_id)
        .where(
            Subscriber.asking_letter_id.is_not(
                None
            ),  # without it PostgreSQL does not use the index
            or_(
                Letter.status == LetterStatus.SENT,
                and_(Letter.status == LetterStatus.GIVEN_UP, Letter.expires_at <= now),
            ),
        )
        .order_by(Subscriber.id)
        .limit(SETTLED_AT_ONCE)
        .with_for_update(of=Subscriber)
    )
    return [(subscriber, letter) for subscriber, letter in rows]


def _is_gone_for_good(letter: Letter) -> bool:
    """Tell whether the mail server replied twice, days apart, that there is no such mailbox.

    Then nobody can be asked. A single reply may be an error of the mail server.
    """
    return is_mailbox_gone(letter.last_reply) and any(
        is_mailbox_gone(reply)
        for reply in db.session.scalars(
            select(Letter.last_reply).where(
                Letter.rate_mac == letter.rate_mac,
                Letter.created_at <= letter.created_at - APART,
                Letter.kind == LetterKind.ASK_AGAIN,
                Letter.status == LetterStatus.GIVEN_UP,
            )
        )
    )
