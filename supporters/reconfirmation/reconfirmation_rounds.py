"""Asks everybody who agreed to an earlier purpose, a few a minute; owners start and stop it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from sqlalchemy import and_, or_, select

from supporters import clock
from supporters.audit_log.audit_events import record_act, record_team_act
from supporters.consent.models import EventKind, Purpose
from supporters.consent.queries import find_purpose, find_successor
from supporters.database import db, in_transaction, transaction, update_where, use_case
from supporters.lists.queries import name_of_purpose
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.notices.security_notices import owners_and_officer, put_notice
from supporters.people.activity import cancel_inactivity_question
from supporters.people.models import Subscriber
from supporters.reconfirmation.acts import ReconfirmationAct, ReconfirmationNotice
from supporters.reconfirmation.models import Reconfirmation
from supporters.reconfirmation.queries import (
    count_people_with,
    count_to_ask,
    count_unanswered,
    find_reconfirmation,
    hash_of_current_texts,
    is_mailing_agreed,
    list_due_reconfirmations,
    list_people_to_ask,
)
from supporters.reconfirmation.reconfirmation_mails import ReconfirmationReason, send_reconfirmation
from supporters.reconfirmation.rules import BETWEEN_ROUNDS, is_mailbox_gone, people_a_minute

log = structlog.get_logger(__name__)
RECORDED_PER_BATCH = 2_000
APART = timedelta(days=2)


class StartReconfirmationError(Enum):
    """Why a reconfirmation did not start."""

    NOTHING_CHANGED = auto()
    SUCCEEDED = auto()
    NOT_AGREED = auto()


@dataclass(frozen=True)
class PeopleCountChanged:
    """The number of people to ask is not the one that the owner approved."""

    people: int


@dataclass(frozen=True, kw_only=True)
class ReconfirmationProgress:
    """The progress of a reconfirmation, and the counts of the answers."""

    is_started: bool
    is_stopped: bool
    to_ask: int
    silent: int
    renewed: int
    gone: int


@use_case
def start_reconfirmation(
    purpose_id: int, *, expected_people: int | None = None
) -> StartReconfirmationError | PeopleCountChanged | None:
    """Start or resume to ask everybody with a consent for an earlier purpose.

    With `expected_people`, nothing starts if the number of people is another one by now. A second
    person has agreed to the texts before (ADR 082).
    """
    now = clock.now()
    purpose = find_purpose(purpose_id)
    if purpose is None or purpose.succeeds_id is None:
        return StartReconfirmationError.NOTHING_CHANGED
    if find_successor(purpose_id) is not None:
        return StartReconfirmationError.SUCCEEDED
    people = count_to_ask(purpose)
    if expected_people is not None and people != expected_people:
        return PeopleCountChanged(people)
    if not is_mailing_agreed(purpose_id):
        return StartReconfirmationError.NOT_AGREED
    asking = find_reconfirmation(purpose_id)
    if asking is None:
        asking = Reconfirmation(purpose_id=purpose_id, asked_up_to=0, started_at=now)
        db.session.add(asking)
    asking.stopped_at, asking.due_at = None, now
    asking.text_hash = hash_of_current_texts(purpose_id)
    record_team_act(ReconfirmationAct.RECONFIRMATION_STARTED, purpose_id, {"people": people})
    return None


@use_case
def stop_reconfirmation(purpose_id: int) -> None:
    """Put no more emails into the outbox until an owner resumes."""
    now = clock.now()
    asking = find_reconfirmation(purpose_id)
    if asking is not None and asking.stopped_at is None:
        asking.stopped_at = now
        record_team_act(ReconfirmationAct.RECONFIRMATION_STOPPED, purpose_id)


def send_next_reconfirmations(now: datetime) -> int:
    """Ask the next few people of each started reconfirmation; return how many."""
    due = [each.purpose_id for each in list_due_reconfirmations(now)]
    return sum(_ask_next_of(purpose_id, now) for purpose_id in due)


def get_reconfirmation_progress(purpose: Purpose) -> ReconfirmationProgress:
    """Return the progress of a reconfirmation."""
    asking = find_reconfirmation(purpose.id)
    asked = count_people_with(purpose.id, EventKind.RECONFIRMATION_REQUESTED)
    renewed = count_people_with(purpose.id, EventKind.RENEWED)
    silent = count_unanswered(purpose)
    return ReconfirmationProgress(
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
        asking = db.session.get(Reconfirmation, purpose_id, populate_existing=True)
        purpose = db.session.get_one(Purpose, purpose_id)
        if asking is None or asking.stopped_at or asking.due_at > now:
            return 0
        if find_successor(purpose_id) is not None:  # the successor has a reconfirmation of its own
            asking.stopped_at = now
            return 0
        if asking.text_hash != hash_of_current_texts(purpose_id):
            _stop_for_other_words(asking, now)
            return 0
        limit = people_a_minute(count_to_ask(purpose))
        people = list_people_to_ask(purpose, now, after=asking.asked_up_to, limit=limit)
        for subscriber in people:
            send_reconfirmation(
                subscriber, purpose_id, reason=ReconfirmationReason.CHANGED, now=now
            )
        is_round_over = len(people) < limit
        asking.asked_up_to = 0 if is_round_over else people[-1].id
        asking.due_at = now + BETWEEN_ROUNDS if is_round_over else now
    log.info("reconfirmation.went_on", purpose=purpose_id, asked=len(people))
    return len(people)


def _stop_for_other_words(asking: Reconfirmation, now: datetime) -> None:
    """Stop: nobody but one owner has read the words that would leave now."""
    asking.stopped_at = now
    record_act(ReconfirmationAct.RECONFIRMATION_STOPPED, asking.purpose_id)
    name = name_of_purpose(asking.purpose_id)
    url = link_to("console.show_purpose", purpose_id=asking.purpose_id)
    put_notice(ReconfirmationNotice.MAILING_STOPPED, owners_and_officer(), {"name": name}, url=url)
    log.warning("reconfirmation.other_words", purpose=asking.purpose_id)


@use_case
def record_inactivity_mails(now: datetime) -> int:
    """Record the results of the inactivity emails in the outbox; return how many."""
    found = _list_settled(now)
    for subscriber, email in found:
        cancel_inactivity_question(subscriber)
        if email.status is EmailStatus.SENT or _is_gone_for_good(email):
            subscriber.asked_again_at = email.settled_at
        else:
            log.warning("question.never_left", subscriber=subscriber.id, email_id=email.id)
    return len(found)


@in_transaction
def reset_inactivity_questions() -> None:
    """Reset the inactivity question of everybody who was asked.

    A restored database doesn't know the answers since its backup.
    """
    update_where(
        Subscriber,
        or_(Subscriber.asked_again_at.is_not(None), Subscriber.inactivity_email_id.is_not(None)),
        asked_again_at=None,
        inactivity_email_id=None,
    )


def _list_settled(now: datetime) -> Sequence[tuple[Subscriber, OutboxEmail]]:
    rows = db.session.execute(
        select(Subscriber, OutboxEmail)
        .join(OutboxEmail, OutboxEmail.id == Subscriber.inactivity_email_id)
        .where(
            Subscriber.inactivity_email_id.is_not(
                None
            ),  # without it PostgreSQL does not use the index
            or_(
                OutboxEmail.status == EmailStatus.SENT,
                and_(OutboxEmail.status == EmailStatus.GIVEN_UP, OutboxEmail.expires_at <= now),
            ),
        )
        .order_by(Subscriber.id)
        .limit(RECORDED_PER_BATCH)
        .with_for_update(of=Subscriber)
    )
    return [(subscriber, email) for subscriber, email in rows]


def _is_gone_for_good(email: OutboxEmail) -> bool:
    """Tell whether the mail server replied twice, days apart, that there is no such mailbox.

    Then nobody can be asked. A single reply may be an error of the mail server.
    """
    return is_mailbox_gone(email.last_reply) and any(
        is_mailbox_gone(reply)
        for reply in db.session.scalars(
            select(OutboxEmail.last_reply).where(
                OutboxEmail.rate_mac == email.rate_mac,
                OutboxEmail.created_at <= email.created_at - APART,
                OutboxEmail.kind == EmailKind.RECONFIRMATION,
                OutboxEmail.status == EmailStatus.GIVEN_UP,
            )
        )
    )
