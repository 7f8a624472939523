"""People whose time is over: asked again once, then erased; and the proofs of those who left.

A person stays for as long as they act: confirm, use their own page, leave one of their lists,
answer. Opening a mail is no act (REQ-36). Who is frozen, or has an open case, stays as they are
(REQ-30).
"""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from supporters.consent.models import ConsentEvent, EventKind
from supporters.lists.directory import is_on_a_list
from supporters.people.models import Subscriber
from supporters.rights.retention.asking import ask_the_silent
from supporters.rights.retention.means import Means
from supporters.rights.retention.purging import Tally
from supporters.rights.retention.rules import Silence, judge_silence
from supporters.rights.retention.visiting import each_person, try_on
from supporters.signup.renewing.settling import settle_questions


def expire_people(days: int, now: datetime, means: Means) -> Tally:
    """Erase who was asked and stayed silent; ask the next few who come near their end."""
    settle_questions(now)
    tally = ask_the_silent(days, now, means)
    is_over = and_(is_on_a_list(), Subscriber.acted_at <= now - timedelta(days))
    for person in each_person(is_over):
        tally.looked_at += 1
        silence = judge_silence(person.acted_at, person.asked_again_at, days=days, now=now)
        if silence is Silence.ERASE:
            tally.deleted += try_on(person, means.erase, now, tally=tally)
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
    for person in each_person(and_(~is_on_a_list(), is_over)):
        tally.looked_at += 1
        tally.deleted += try_on(person, means.erase, now, tally=tally)
    return tally
