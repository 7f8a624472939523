"""Goes through people one by one, whatever happens with one of them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, select

from supporters.database import db
from supporters.logs import log_failure
from supporters.people.models import Subscriber
from supporters.rights.models import Case
from supporters.rights.retention.purging import Tally

AT_ONCE = 500


class Person(NamedTuple):
    """What is decided on."""

    id: int
    acted_at: datetime
    asked_again_at: datetime | None


def may_be_touched() -> ColumnElement[bool]:
    """Return the condition that somebody isn't frozen, and has no open case (REQ-30)."""
    has_open_case = exists().where(Case.subscriber_id == Subscriber.id, Case.closed_at.is_(None))
    return and_(Subscriber.restricted_at.is_(None), ~has_open_case)


def each_person(condition: ColumnElement[bool]) -> Iterator[Person]:
    """Yield the people of a condition who may be touched, read some at a time."""
    last = 0
    while found := _some(condition, after=last):
        yield from found
        last = found[-1].id


def find_person(subscriber_id: int, condition: ColumnElement[bool]) -> Person | None:
    """Return somebody as they are now, if the condition holds of them and they may be touched."""
    row = db.session.execute(_people(condition).where(Subscriber.id == subscriber_id)).one_or_none()
    return None if row is None else Person(*row)


def _some(condition: ColumnElement[bool], *, after: int) -> list[Person]:
    rows = db.session.execute(
        _people(condition).where(Subscriber.id > after).order_by(Subscriber.id).limit(AT_ONCE)
    )
    return [Person(*row) for row in rows]


def _people(condition: ColumnElement[bool]) -> Select[int, datetime, datetime | None]:
    return select(Subscriber.id, Subscriber.acted_at, Subscriber.asked_again_at).where(
        condition, may_be_touched()
    )


def try_on(subscriber_id: int, do: Callable[[], bool], tally: Tally) -> bool:
    """Do it to one person, and tell whether it was done.

    A failure is counted and keeps nobody else from their turn.
    """
    try:
        return do()
    except Exception as error:
        log_failure("retention.person_left_out", error, subscriber=subscriber_id)
        tally.errors += 1
        return False
