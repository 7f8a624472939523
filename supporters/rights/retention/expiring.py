"""Erases people whose time is over, and the proofs of those who left.

A person stays for as long as they act: confirm, use their own page, leave one of their lists,
answer. Opening a mail is no act; they are asked before (REQ-36). Who is frozen, or has an open
case, stays as they are (REQ-30).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, func, select

from supporters.consent.models import ConsentEvent, EventKind
from supporters.lists.directory import is_on_a_list
from supporters.people.models import Subscriber
from supporters.rights.retention.means import Means
from supporters.rights.retention.purging import Tally
from supporters.rights.retention.rules import Silence, judge_silence
from supporters.rights.retention.visiting import Person, each_person, find_person, try_on
from supporters.signup.renewing.settling import settle_questions


def expire_people(days: int, now: datetime, means: Means) -> Tally:
    """Erase who was asked and stayed silent."""
    settle_questions(now)
    is_past = and_(is_on_a_list(), Subscriber.acted_at <= now - timedelta(days))

    def is_over(person: Person) -> bool:
        silence = judge_silence(person.acted_at, person.asked_again_at, days=days, now=now)
        return silence is Silence.ERASE

    return _erase_each(is_past, is_over, means, now=now)


def expire_proofs(days: int, now: datetime, means: Means) -> Tally:
    """Erase who left their last list so long ago."""
    left = (
        select(func.max(ConsentEvent.occurred_at))
        .where(
            ConsentEvent.subscriber_id == Subscriber.id,
            ConsentEvent.kind.in_([EventKind.WITHDRAWN, EventKind.OBJECTED]),
        )
        .scalar_subquery()
    )
    is_past = func.coalesce(left, Subscriber.acted_at) < now - timedelta(days)
    return _erase_each(and_(~is_on_a_list(), is_past), lambda _: True, means, now=now)


def _erase_each(
    is_past: ColumnElement[bool], is_over: Callable[[Person], bool], means: Means, *, now: datetime
) -> Tally:
    """Erase those past a limit whose time is over, also when it is asked once more."""
    tally = Tally()

    def is_still_over(subscriber_id: int) -> bool:
        person = find_person(subscriber_id, is_past)
        return person is not None and is_over(person)

    for person in each_person(is_past):
        tally.looked_at += 1
        if is_over(person):
            erase = partial(means.erase, person.id, partial(is_still_over, person.id), now)
            tally.deleted += try_on(person.id, erase, tally)
    return tally
