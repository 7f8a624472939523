"""Reads of mailing lists and subscriptions: names, and counts of people who may be written to.

The database keeps how many people agreed to a purpose. Those who may not be written to are few, so
they are looked up one by one and subtracted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, select

from supporters.consent.eligibility import suppressions_for
from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import Purpose, Suppression
from supporters.consent.trigger_counts import count_people_by_purpose, select_active_consents
from supporters.database import db
from supporters.dialects import in_values_bytes
from supporters.lists.models import ListPurpose, MailingList, Subscription, list_name_of
from supporters.people.models import Subscriber
from supporters.team.list_scopes import ListScope, is_within

SLUG = "slug"  # the column of each table whose rows have a sign-up page
IN_ORDER = (MailingList.position, MailingList.id)
Conditions = tuple[ColumnElement[bool], ...]


def list_lists() -> Sequence[MailingList]:
    """Return every list, in the order of the team."""
    return db.session.scalars(select(MailingList).order_by(*IN_ORDER)).all()


def list_open_lists() -> Sequence[MailingList]:
    """Return the lists that people can join, in the order of the team."""
    return db.session.scalars(
        select(MailingList).where(MailingList.closed_at.is_(None)).order_by(*IN_ORDER)
    ).all()


def find_last_position() -> int:
    """Return the highest position of a list; 0 without a list."""
    return db.session.scalar(select(func.max(MailingList.position))) or 0


def find_list_by_slug(slug: str) -> MailingList | None:
    """Return the list with this slug."""
    return db.session.scalar(select(MailingList).where(MailingList.slug == slug))


def is_slug_taken(slug: str) -> bool:
    """Tell whether a sign-up page has this slug: that of a list, or of any other feature."""
    tables = [each for each in db.metadata.sorted_tables if SLUG in each.c]
    return any(db.session.scalar(select(exists().where(each.c[SLUG] == slug))) for each in tables)


def find_list(list_id: int) -> MailingList | None:
    """Return the list with this id."""
    return db.session.get(MailingList, list_id)


def get_list(list_id: int) -> MailingList:
    """Return the list with this id. Raises sqlalchemy.exc.NoResultFound."""
    return db.session.get_one(MailingList, list_id)


def list_purpose_ids(list_id: int) -> Sequence[int]:
    """Return the ids of the purposes that a list has and had, oldest first."""
    return db.session.scalars(
        select(ListPurpose.purpose_id)
        .where(ListPurpose.mailing_list_id == list_id)
        .order_by(ListPurpose.purpose_id)
    ).all()


def list_purpose_ids_within(scope: ListScope) -> Sequence[int] | None:
    """Return the ids of the purposes of the lists of a scope; None for every list."""
    if scope.list_ids is None:
        return None
    return db.session.scalars(
        select(ListPurpose.purpose_id)
        .where(is_within(ListPurpose.mailing_list_id, scope))
        .order_by(ListPurpose.purpose_id)
    ).all()


def list_subscribed(list_id: int, keys: Sequence[bytes]) -> set[bytes]:
    """Return which of many keyed hashes of addresses are on a list."""
    found = db.session.scalars(
        select(Subscriber.address_mac)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(
            Subscription.mailing_list_id == list_id, in_values_bytes(Subscriber.address_mac, keys)
        )
    )
    return set(found)


def find_list_of_purpose(purpose_id: int) -> MailingList | None:
    """Return the list that has or had a purpose; None for a purpose without a list."""
    return db.session.scalar(
        select(MailingList)
        .join(ListPurpose, ListPurpose.mailing_list_id == MailingList.id)
        .where(ListPurpose.purpose_id == purpose_id)
    )


class PurposeCount(NamedTuple):
    """A purpose of a list, its start, and how many active consents it has."""

    purpose_id: int
    since: datetime
    people: int


def list_purpose_counts(list_id: int) -> list[PurposeCount]:
    """Return the purposes of a list, newest first, with the active consents of each."""
    people = count_people_by_purpose()
    purposes = db.session.execute(
        select(ListPurpose.purpose_id, ListPurpose.since)
        .where(ListPurpose.mailing_list_id == list_id)
        .order_by(ListPurpose.purpose_id.desc())
    )
    return [PurposeCount(each, since, people.get(each, 0)) for each, since in purposes]


def list_lists_of_purposes() -> dict[int, int]:
    """Return the list of each purpose that has one (purpose id: list id)."""
    rows = db.session.execute(select(ListPurpose.purpose_id, ListPurpose.mailing_list_id))
    return dict(rows.all())


def list_changed_list_ids() -> Sequence[int]:
    """Return the ids of the lists that had more than one purpose."""
    return db.session.scalars(
        select(ListPurpose.mailing_list_id)
        .group_by(ListPurpose.mailing_list_id)
        .having(func.count() > 1)
    ).all()


def list_subscriptions_of(subscriber_id: int) -> Sequence[tuple[Subscription, MailingList]]:
    """Return the subscriptions of a person with their lists, by name."""
    rows = db.session.execute(
        select(Subscription, MailingList)
        .join(MailingList, MailingList.id == Subscription.mailing_list_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(MailingList.name)
    )
    return [(subscription, mailing_list) for subscription, mailing_list in rows]


@dataclass(frozen=True, kw_only=True)
class EligibleCounts:
    """How many people of a list agreed to a purpose, and how many may not be written to, by why.

    A person counts once: as objected before restricted, as restricted before unreachable, and
    that before paused.
    """

    agreed: int
    objected: int
    restricted: int
    paused: int
    unreachable: int = 0

    @property
    def eligible(self) -> int:
        """How many may be written to."""
        left_out = self.objected + self.restricted + self.paused + self.unreachable
        return self.agreed - left_out


def count_eligible(list_id: int, purpose_id: int, now: datetime) -> EligibleCounts:
    """Count the people of a list who agreed to a purpose: one statement, so one moment."""
    is_restricted = Subscriber.restricted_at.is_not(None)
    is_free = Subscriber.restricted_at.is_(None)
    is_unreachable = and_(is_free, Subscriber.unreachable_since.is_not(None))
    is_paused = and_(is_free, Subscriber.unreachable_since.is_(None), Subscriber.paused_until > now)
    consent = select(Subscription.subscriber_id).where(
        Subscription.mailing_list_id == list_id, Subscription.purpose_id == purpose_id
    )
    covering = suppressions_for(purpose_id, now)
    counted = select(
        select_active_consents(purpose_id),
        _count_suppressed(consent, covering),
        _count_without_suppression(consent, is_restricted, covering),
        _count_without_suppression(consent, is_paused, covering),
        _count_without_suppression(consent, is_unreachable, covering),
    )
    agreed, objected, restricted, paused, unreachable = db.session.execute(counted).one()
    return EligibleCounts(
        agreed=int(agreed),
        objected=objected,
        restricted=restricted,
        paused=paused,
        unreachable=unreachable,
    )


def _count_suppressed(consent: Select[int], covering: Conditions) -> ScalarSelect[int]:
    """Return the query of the people with a suppression."""
    theirs = consent.join(Subscriber, Subscriber.id == Subscription.subscriber_id).where(
        Subscriber.address_mac == Suppression.address_mac
    )
    return (
        select(func.count(Suppression.address_mac.distinct()))
        .where(*covering, _is_found(theirs.correlate(Suppression)))
        .scalar_subquery()
    )


def _count_without_suppression(
    consent: Select[int], is_left_out: ColumnElement[bool], covering: Conditions
) -> ScalarSelect[int]:
    """Return the query of the people under a condition who have no suppression."""
    theirs = consent.where(Subscription.subscriber_id == Subscriber.id)
    suppression = select(Suppression.scope).where(
        Suppression.address_mac == Subscriber.address_mac, *covering
    )
    return (
        select(func.count())
        .select_from(Subscriber)
        .where(
            is_left_out,
            _is_found(theirs.correlate(Subscriber)),
            ~_is_found(suppression.correlate(Subscriber)),
        )
        .scalar_subquery()
    )


def _is_found(looked_up: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that a row is there, in a form that is always looked up by its key.

    PostgreSQL would answer an EXISTS by reading a million rows, even for a few.
    """
    return looked_up.limit(1).scalar_subquery().is_not(None)


def name_of_purpose(purpose_id: int) -> str:
    """Return the name of the list of a purpose, or of its kind if it has no list."""
    mailing_list = find_list_of_purpose(purpose_id)
    if mailing_list is not None:
        return list_name_of(mailing_list)
    return purpose_kind_name(db.session.get_one(Purpose, purpose_id).kind)
