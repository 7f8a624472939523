"""Counts of each list: subscribers, open requests, and people who unsubscribed."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, select
from sqlalchemy.orm import aliased

from supporters.consent.trigger_counts import (
    count_former_by_list,
    count_people_by_purpose,
    count_people_on_a_list,
)
from supporters.database import db
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import list_lists, list_lists_of_purposes
from supporters.signup.pending_counts import PendingCounts
from supporters.team.list_scopes import ListScope


@dataclass(frozen=True, kw_only=True)
class ListStats:
    """A list with its counts of subscribers, of open requests, and of people who unsubscribed."""

    mailing_list: MailingList
    confirmed: int
    pending: int
    left: int


def list_stats(pending: PendingCounts) -> list[ListStats]:
    """Return the counts of every list, in the order of the team."""
    confirmed, left = count_confirmed_by_list(), count_former_by_list()
    return [
        ListStats(
            mailing_list=each,
            confirmed=confirmed[each.id],
            pending=pending.within([each.id]),
            left=left.get(each.id, 0),
        )
        for each in list_lists()
    ]


def count_confirmed_by_list() -> Counter[int]:
    """Return how many people are on each list (list id: count)."""
    people, counts = count_people_by_purpose(), Counter[int]()
    for purpose_id, list_id in list_lists_of_purposes().items():
        counts[list_id] += people.get(purpose_id, 0)
    return counts


@dataclass(frozen=True, kw_only=True)
class Totals:
    """How many people are on a list, and have an open request."""

    confirmed: int
    pending: int


def get_totals_within(scope: ListScope, pending: PendingCounts) -> Totals:
    """Return the counts of the lists of a scope together. A person on two of them counts once."""
    if scope.list_ids is None:
        return Totals(confirmed=count_people_on_a_list(), pending=pending.all)
    return Totals(
        confirmed=_count_people_within(scope.list_ids), pending=pending.within(scope.list_ids)
    )


def _count_people_within(list_ids: Collection[int]) -> int:
    """Return the number of people on the largest list, and of those on the other lists alone."""
    people = count_confirmed_by_list()
    largest, *others = sorted(list_ids, key=people.__getitem__, reverse=True) or [0]
    if not others:
        return people[largest]
    elsewhere = select(func.count(Subscription.subscriber_id.distinct())).where(
        Subscription.mailing_list_id.in_(others),
        ~_is_on(Subscription.subscriber_id, [largest]),
    )
    return people[largest] + (db.session.scalar(elsewhere) or 0)


def _is_on(
    subscriber_id: SQLColumnExpression[int], list_ids: Collection[int]
) -> ColumnElement[bool]:
    subscription = aliased(Subscription)
    return exists().where(
        subscription.subscriber_id == subscriber_id, subscription.mailing_list_id.in_(list_ids)
    )
