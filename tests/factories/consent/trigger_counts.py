"""Counts in the tables themselves what the database keeps, to compare both."""

from collections import Counter
from functools import cache
from typing import Any

from sqlalchemy import Select, String, and_, cast, exists, func, literal, select

from supporters.consent.models import Agreement, ConsentEvent, EventKind
from supporters.consent.trigger_counts import (
    ConsentCount,
    CountedPeople,
    EventCount,
    FormerCount,
    PeopleCount,
)
from supporters.database import db
from supporters.lists.models import ListPurpose, Subscription
from supporters.people.models import Subscriber

COUNTED = (EventKind.CONFIRMED, EventKind.RENEWED, EventKind.WITHDRAWN, EventKind.OBJECTED)


def wrong_counts() -> dict[tuple[Any, ...], int]:
    """Return by how much each count differs from the rows; empty if all are right."""
    db.session.rollback()
    differences: Counter[tuple[Any, ...]] = Counter()
    for counted in _select_counts():
        differences.update({tuple(row[:-1]): int(row[-1]) for row in db.session.execute(counted)})
    for rows in _counted():
        differences.subtract({tuple(row[:-1]): int(row[-1]) for row in db.session.execute(rows)})
    return {key: count for key, count in differences.items() if count}


@cache
def _select_counts() -> list[Select[Any]]:
    consents = select(ConsentCount.wording_id, func.sum(ConsentCount.people))
    events = (EventCount.day, EventCount.purpose_id, EventCount.kind, EventCount.page_snapshot_id)
    people = select(PeopleCount.counted, func.sum(PeopleCount.people))
    former = FormerCount.mailing_list_id
    return [
        consents.group_by(ConsentCount.wording_id),
        select(*events, func.sum(EventCount.events)).group_by(*events),
        people.group_by(PeopleCount.counted),
        select(literal("former"), former, func.sum(FormerCount.people)).group_by(former),
    ]


@cache
def _counted() -> list[Select[Any]]:
    day = func.date(ConsentEvent.occurred_at, type_=EventCount.day.type)
    page = func.coalesce(ConsentEvent.page_snapshot_id, 0)
    kind = cast(ConsentEvent.kind, String)
    events = (day, ConsentEvent.purpose_id, kind, page)
    is_counted = and_(ConsentEvent.kind.in_(COUNTED), ConsentEvent.purpose_id.is_not(None))
    wording = ConsentEvent.wording_id
    known, on_a_list = (literal(each.value) for each in CountedPeople)
    return [
        *(
            select(wording, func.count())
            .join(consent, consent.consent_event_id == ConsentEvent.id)
            .group_by(wording)
            for consent in (Subscription, Agreement)
        ),
        select(*events, func.count()).where(is_counted).group_by(*events),
        select(known, func.count()).select_from(Subscriber),
        select(on_a_list, func.count(Subscription.subscriber_id.distinct())),
        _former(),
    ]


def _former() -> Select[Any]:
    """Return the query of the people who left each list and aren't on it."""
    is_on_it = exists().where(
        Subscription.subscriber_id == ConsentEvent.subscriber_id,
        Subscription.mailing_list_id == ListPurpose.mailing_list_id,
    )
    people = func.count(ConsentEvent.subscriber_id.distinct())
    return (
        select(literal("former"), ListPurpose.mailing_list_id, people)
        .join(ListPurpose, ListPurpose.purpose_id == ConsentEvent.purpose_id)
        .where(ConsentEvent.kind.in_(COUNTED[2:]), ~is_on_it)
        .group_by(ListPurpose.mailing_list_id)
    )
