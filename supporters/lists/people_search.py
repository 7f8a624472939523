"""Searches people by address or first name: in the directory (on a list) or the archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, true

from supporters.database import db
from supporters.lists.models import MailingList, Subscription
from supporters.organisers.list_scopes import EVERY_LIST, ListScope, is_within
from supporters.people.models import Subscriber

PAGE_SIZE = 50
LAST_PAGE = 10_000


@dataclass(frozen=True, kw_only=True)
class PersonEntry:
    """A person, and the names of the lists that they are on."""

    id: int
    address: str
    given_name: str | None
    language: str
    created_at: datetime
    list_names: list[str]


@dataclass(frozen=True, kw_only=True)
class DirectoryPage:
    """A page of the directory, newest people first."""

    items: list[PersonEntry]
    number: int
    has_next: bool


def is_on_a_list(scope: ListScope = EVERY_LIST) -> ColumnElement[bool]:
    """Return the condition that a person is on a list of a scope.

    People on no list have only evidence (REQ-39).
    """
    return exists().where(
        Subscription.subscriber_id == Subscriber.id,
        is_within(Subscription.mailing_list_id, scope),
    )


def count_people(*, in_archive: bool = False, scope: ListScope = EVERY_LIST) -> int:
    """Return how many people are on a list of a scope or, in the archive, on no list any more."""
    is_there = _is_there(in_archive=in_archive, scope=scope)
    counted = select(func.count()).select_from(Subscriber).where(is_there)
    return db.session.scalar(counted) or 0


def search_people(
    words: str, number: int, *, in_archive: bool = False, scope: ListScope = EVERY_LIST
) -> DirectoryPage:
    """Return a page of the people whose address or first name has the words. The first is 1."""
    number = min(max(number, 1), LAST_PAGE)
    found = db.session.scalars(
        select(Subscriber)
        .where(_has(words), _is_there(in_archive=in_archive, scope=scope))
        .order_by(Subscriber.id.desc())
        .limit(PAGE_SIZE + 1)
        .offset(PAGE_SIZE * (number - 1))
    ).all()
    names = _list_names([person.id for person in found], scope)
    entries = [
        PersonEntry(
            id=person.id,
            address=person.address,
            given_name=person.given_name,
            language=person.language,
            created_at=person.created_at,
            list_names=names.get(person.id, []),
        )
        for person in found[:PAGE_SIZE]
    ]
    return DirectoryPage(items=entries, number=number, has_next=len(found) > PAGE_SIZE)


def _is_there(*, in_archive: bool, scope: ListScope) -> ColumnElement[bool]:
    return ~is_on_a_list() if in_archive else is_on_a_list(scope)


def _has(words: str) -> ColumnElement[bool]:
    """Return the condition. SQLite does not match É with é, so names are tried in each case."""
    if not words:
        return true()
    spellings = {words, words.lower(), words.upper(), words.title()}
    return or_(
        Subscriber.address_key.icontains(words, autoescape=True),
        *(Subscriber.given_name.icontains(each, autoescape=True) for each in sorted(spellings)),
    )


def _list_names(subscriber_ids: Sequence[int], scope: ListScope) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(Subscription.subscriber_id, MailingList.name)
        .join(MailingList, MailingList.id == Subscription.mailing_list_id)
        .where(
            Subscription.subscriber_id.in_(subscriber_ids),
            is_within(Subscription.mailing_list_id, scope),
        )
        .order_by(MailingList.name)
    )
    names: dict[int, list[str]] = {}
    for subscriber_id, name in rows:
        names.setdefault(subscriber_id, []).append(name)
    return names
