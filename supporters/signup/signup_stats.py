"""Counts of each list: subscribers, open requests, and people who unsubscribed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select

from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db
from supporters.lists.models import ListPurpose, MailingList, Subscription
from supporters.lists.queries import list_lists
from supporters.organisers.list_scopes import ListScope, is_within
from supporters.people.models import Subscriber
from supporters.signup.queries import (
    count_pending_addresses,
    count_pending_addresses_within,
    count_pending_by_list,
)


@dataclass(frozen=True, kw_only=True)
class ListStats:
    """A list with its counts of subscribers, of open requests, and of people who unsubscribed."""

    mailing_list: MailingList
    confirmed: int
    pending: int
    left: int


def list_stats(now: datetime) -> list[ListStats]:
    """Return the counts of every list, by name."""
    confirmed, pending, left = (
        count_confirmed_by_list(),
        count_pending_by_list(now),
        count_unsubscribed_by_list(),
    )
    return [
        ListStats(
            mailing_list=each,
            confirmed=confirmed.get(each.id, 0),
            pending=pending.get(each.id, 0),
            left=left.get(each.id, 0),
        )
        for each in list_lists()
    ]


def count_confirmed_by_list() -> dict[int, int]:
    """Return how many people are on each list (list id: count)."""
    rows = db.session.execute(
        select(Subscription.mailing_list_id, func.count()).group_by(Subscription.mailing_list_id)
    )
    return dict(rows.all())


def count_unsubscribed_by_list() -> dict[int, int]:
    """Return how many people unsubscribed from each list (list id: count)."""
    rows = db.session.execute(
        select(MailingList.id, func.count(ConsentEvent.subscriber_id.distinct()))
        .join(ListPurpose, ListPurpose.mailing_list_id == MailingList.id)
        .join(ConsentEvent, ConsentEvent.purpose_id == ListPurpose.purpose_id)
        .outerjoin(
            Subscription,
            and_(
                Subscription.mailing_list_id == MailingList.id,
                Subscription.subscriber_id == ConsentEvent.subscriber_id,
            ),
        )
        .where(
            ConsentEvent.kind.in_([EventKind.WITHDRAWN, EventKind.OBJECTED]),
            Subscription.subscriber_id.is_(None),
        )
        .group_by(MailingList.id)
    )
    return dict(rows.all())


@dataclass(frozen=True, kw_only=True)
class Totals:
    """How many people are on a list, have an open request, and are on no list any more."""

    confirmed: int
    pending: int
    left: int


def get_totals_within(scope: ListScope, now: datetime) -> Totals:
    """Return the counts of the lists of a scope together. A person on two of them counts once."""
    if scope.list_ids is None:
        return get_totals(now)
    is_on_one = exists().where(
        Subscription.subscriber_id == ConsentEvent.subscriber_id,
        is_within(Subscription.mailing_list_id, scope),
    )
    left = (
        select(func.count(ConsentEvent.subscriber_id.distinct()))
        .join(ListPurpose, ListPurpose.purpose_id == ConsentEvent.purpose_id)
        .where(
            is_within(ListPurpose.mailing_list_id, scope),
            ConsentEvent.kind.in_([EventKind.WITHDRAWN, EventKind.OBJECTED]),
            ~is_on_one,
        )
    )
    confirmed = select(func.count(Subscription.subscriber_id.distinct())).where(
        is_within(Subscription.mailing_list_id, scope)
    )
    return Totals(
        confirmed=db.session.scalar(confirmed) or 0,
        pending=count_pending_addresses_within(scope, now),
        left=db.session.scalar(left) or 0,
    )


def get_totals(now: datetime) -> Totals:
    """Return the counts of all lists together. A person on two lists counts once."""
    people = db.session.scalar(select(func.count()).select_from(Subscriber)) or 0
    confirmed = db.session.scalar(select(func.count(Subscription.subscriber_id.distinct()))) or 0
    return Totals(
        confirmed=confirmed, pending=count_pending_addresses(now), left=people - confirmed
    )
