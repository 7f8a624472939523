"""Asks inactive people whether they want to stay, and erases those who don't answer (REQ-36).

An email to a mailbox that can't be reached asks nobody. Such people are erased when their time is
over, and 30 days after we learnt it at the earliest.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from supporters.cases.models import Case
from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db
from supporters.delivery.emergency_stop import may_send
from supporters.lists.people_search import is_on_a_list
from supporters.logs import log_failure
from supporters.people.models import Subscriber
from supporters.reconfirmation.queries import count_queued_reconfirmation_mails
from supporters.reconfirmation.reconfirmation_rounds import record_inactivity_mails
from supporters.reconfirmation.rules import MOST_A_MINUTE, people_a_minute
from supporters.retention.old_records import Tally
from supporters.retention.retention_actions import RetentionActions
from supporters.retention.rules import (
    InactivityStep,
    judge_inactivity,
    latest_act_to_ask,
    latest_lapsed_question,
)

PEOPLE_PER_QUERY = 500
MOST_ON_THEIR_WAY = 1_000  # emails in the outbox: no more are added while the relay takes none
MOST_FAILURES = 100


class Person(NamedTuple):
    """The data that a decision about a person needs."""

    id: int
    acted_at: datetime
    asked_again_at: datetime | None
    unreachable_since: datetime | None


def not_restricted_and_no_case() -> ColumnElement[bool]:
    """Return the condition that a person isn't restricted and has no open case (REQ-30)."""
    has_open_case = exists().where(Case.subscriber_id == Subscriber.id, Case.closed_at.is_(None))
    return and_(Subscriber.restricted_at.is_(None), ~has_open_case)


def iterate_people(condition: ColumnElement[bool]) -> Iterator[Person]:
    """Yield the people who match the condition, except restricted ones and open cases."""
    last = 0
    while found := _read_group(condition, after=last):
        yield from found
        last = found[-1].id


def find_person(subscriber_id: int, condition: ColumnElement[bool]) -> Person | None:
    """Return a person as they are now, if they match; None if restricted or with an open case."""
    row = db.session.execute(_people(condition).where(Subscriber.id == subscriber_id)).one_or_none()
    return None if row is None else Person(*row)


def _read_group(condition: ColumnElement[bool], *, after: int) -> list[Person]:
    rows = db.session.execute(
        _people(condition)
        .where(Subscriber.id > after)
        .order_by(Subscriber.id)
        .limit(PEOPLE_PER_QUERY)
    )
    return [Person(*row) for row in rows]


def _people(
    condition: ColumnElement[bool],
) -> Select[int, datetime, datetime | None, datetime | None]:
    return select(
        *(Subscriber.id, Subscriber.acted_at),
        *(Subscriber.asked_again_at, Subscriber.unreachable_since),
    ).where(condition, not_restricted_and_no_case())


def run_for_person(subscriber_id: int, do: Callable[[], bool], tally: Tally) -> bool:
    """Run an action for one person, and tell whether it was done.

    A failure is counted, and the other people still have their turn.
    """
    try:
        return do()
    except Exception as error:
        log_failure("retention.person_left_out", error, subscriber=subscriber_id)
        tally.errors += 1
        return False


def ask_inactive_people(
    days: int,
    now: datetime,
    actions: RetentionActions,
    *,
    asked_already: int = 0,
    failed_already: int = 0,
) -> Tally:
    """Send the next reconfirmation emails; people may stay so many days after their last act.

    `asked_already` is the number of other people asked in this minute. `failed_already` is the
    number of people who could not be asked today: they come first in the order and are skipped.
    """
    tally = Tally()
    limit = min(
        MOST_A_MINUTE - asked_already, MOST_ON_THEIR_WAY - count_queued_reconfirmation_mails()
    )
    if limit <= 0 or not may_send():
        return tally
    to_ask = _is_to_be_asked(days, now)
    waiting = _count(to_ask)
    if not waiting:
        return tally
    limit = min(limit, people_a_minute(waiting))
    for subscriber_id in _list_next(to_ask, after=failed_already, limit=limit + MOST_FAILURES):
        if tally.asked >= limit or tally.errors >= MOST_FAILURES:
            break
        still_applies = partial(_is_still, to_ask, subscriber_id)
        ask = partial(actions.ask_to_reconfirm, subscriber_id, still_applies, now)
        tally.asked += run_for_person(subscriber_id, ask, tally)
    return tally


def _is_to_be_asked(days: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition that `judge_inactivity` says ASK and no email is on its way."""
    asked_at = Subscriber.asked_again_at
    return and_(
        is_on_a_list(),
        Subscriber.acted_at <= latest_act_to_ask(days, now),
        or_(
            asked_at.is_(None),
            asked_at < Subscriber.acted_at,
            asked_at <= latest_lapsed_question(now),
        ),
        Subscriber.inactivity_email_id.is_(None),
        Subscriber.unreachable_since.is_(None),
    )


def _is_still(condition: ColumnElement[bool], subscriber_id: int) -> bool:
    return find_person(subscriber_id, condition) is not None


def _count(condition: ColumnElement[bool]) -> int:
    counted = (
        select(func.count()).select_from(Subscriber).where(condition, not_restricted_and_no_case())
    )
    return db.session.scalar(counted) or 0


def _list_next(condition: ColumnElement[bool], *, after: int, limit: int) -> Sequence[int]:
    """Return the next few people; those whose last act is the oldest come first."""
    return db.session.scalars(
        select(Subscriber.id)
        .where(condition, not_restricted_and_no_case())
        .order_by(Subscriber.acted_at, Subscriber.id)
        .offset(after)
        .limit(limit)
    ).all()


def erase_inactive_people(days: int, now: datetime, actions: RetentionActions) -> Tally:
    """Erase people who were asked and didn't answer, or can't be reached."""
    record_inactivity_mails(now)
    is_past = and_(is_on_a_list(), Subscriber.acted_at <= now - timedelta(days))

    def is_over(person: Person) -> bool:
        action = judge_inactivity(
            person.acted_at,
            person.asked_again_at,
            days=days,
            now=now,
            unreachable_since=person.unreachable_since,
        )
        return action is InactivityStep.ERASE

    return _erase_each(is_past, is_over, actions, now=now)


def erase_former_subscribers(days: int, now: datetime, actions: RetentionActions) -> Tally:
    """Erase people who left their last list more than so many days ago."""
    left = (
        select(func.max(ConsentEvent.occurred_at))
        .where(
            ConsentEvent.subscriber_id == Subscriber.id,
            ConsentEvent.kind.in_([EventKind.WITHDRAWN, EventKind.OBJECTED]),
        )
        .scalar_subquery()
    )
    is_past = func.coalesce(left, Subscriber.acted_at) < now - timedelta(days)
    return _erase_each(and_(~is_on_a_list(), is_past), lambda _: True, actions, now=now)


def _erase_each(
    is_past: ColumnElement[bool],
    is_over: Callable[[Person], bool],
    actions: RetentionActions,
    *,
    now: datetime,
) -> Tally:
    """Erase the matching people whose time is over; the check is repeated under their lock."""
    tally = Tally()

    def is_still_over(subscriber_id: int) -> bool:
        person = find_person(subscriber_id, is_past)
        return person is not None and is_over(person)

    for person in iterate_people(is_past):
        tally.looked_at += 1
        if is_over(person):
            erase = partial(actions.erase, person.id, partial(is_still_over, person.id), now)
            tally.deleted += run_for_person(person.id, erase, tally)
    return tally
