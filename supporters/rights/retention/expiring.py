"""People whose time is over: asked again once, then erased; and the proofs of those who left.

A person stays for as long as they act: confirm, use their own page, answer. Opening a mail is no
act (REQ-36). Who is frozen, or has an open case, stays as they are (REQ-30).
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, select

from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db
from supporters.lists.directory import is_on_a_list
from supporters.logs import log_failure
from supporters.people.models import Subscriber
from supporters.rights.models import Case
from supporters.rights.retention.means import Means
from supporters.rights.retention.purging import Tally
from supporters.rights.retention.rules import ASKED_BEFORE_THE_END, Silence, judge_silence

AT_ONCE = 500


def expire_people(days: int, now: datetime, means: Means) -> Tally:
    """Erase who was asked and stayed silent; ask who comes near the end of their time."""
    tally = Tally()
    near = and_(is_on_a_list(), Subscriber.acted_at <= now - timedelta(days) + ASKED_BEFORE_THE_END)
    for person in _each(near):
        tally.looked_at += 1
        match judge_silence(person.acted_at, person.asked_again_at, days=days, now=now):
            case Silence.ASK:
                tally.asked += _try(means.ask_again, person.id, now, tally=tally)
            case Silence.ERASE:
                tally.deleted += _try(means.erase, person.id, now, tally=tally)
            case Silence.WAIT:
                pass
    return tally


def expire_proofs(days: int, now: datetime, means: Means) -> Tally:
    """Erase who left their last list so long ago."""
    tally = Tally()
    left = (
        select(func.max(ConsentEvent.occurred_at))
        .where(
            ConsentEvent.subscriber_id == Subscriber.id,
            ConsentEvent.kind.in_([EventKind.WITHDRAWN, EventKind.OBJECTED]),
        )
        .scalar_subquery()
    )
    is_over = func.coalesce(left, Subscriber.acted_at) < now - timedelta(days)
    for person in _each(and_(~is_on_a_list(), is_over)):
        tally.looked_at += 1
        tally.deleted += _try(means.erase, person.id, now, tally=tally)
    return tally


class _Person(NamedTuple):
    """What is decided on."""

    id: int
    acted_at: datetime
    asked_again_at: datetime | None


def _each(condition: ColumnElement[bool]) -> Iterator[_Person]:
    """Yield the people of a condition who may be touched, read some at a time."""
    last = 0
    while found := _some(condition, after=last):
        yield from found
        last = found[-1].id


def _some(condition: ColumnElement[bool], *, after: int) -> list[_Person]:
    has_open_case = exists().where(Case.subscriber_id == Subscriber.id, Case.closed_at.is_(None))
    rows = db.session.execute(
        select(Subscriber.id, Subscriber.acted_at, Subscriber.asked_again_at)
        .where(Subscriber.id > after, condition)
        .where(Subscriber.restricted_at.is_(None), ~has_open_case)
        .order_by(Subscriber.id)
        .limit(AT_ONCE)
    )
    return [_Person(*row) for row in rows]


def _try(
    do: Callable[[int, datetime], None], subscriber_id: int, now: datetime, *, tally: Tally
) -> int:
    """Do it to one person; a failure is counted and keeps nobody else from their turn."""
    try:
        do(subscriber_id, now)
    except Exception as error:
        log_failure("retention.person_left_out", error, subscriber=subscriber_id)
        tally.errors += 1
        return 0
    return 1
