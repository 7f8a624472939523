"""Searches people by the beginnings of words of their address and first name, and lists all.

The list is for the officer (ADR 049).
A search shows few people, with their addresses masked. Its time is bounded: it looks through at
most MOST_CANDIDATES people that have the rarest word, and says so if there are more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from supporters.consent.trigger_counts import count_people_known, count_people_on_a_list
from supporters.database import db
from supporters.ids import first_id_of
from supporters.lists.models import MailingList, Subscription
from supporters.people.addresses import AddressInvalid, address_mac, parse_address
from supporters.people.models import SearchWord, Subscriber
from supporters.people.queries import find_subscriber_by_mac
from supporters.people.rules import list_searched_words, mask_address
from supporters.team.list_scopes import EVERY_LIST, ListScope, is_within

MOST_HITS = 10
MOST_CANDIDATES = 20_000
SAME_PERSON = 4  # a person may have several words with the same beginning
LAST_CHARACTER = "\U0010ffff"  # sorts after every other
PAGE_SIZE = 50
MOST_COUNTED = 10_000


@dataclass(frozen=True, kw_only=True)
class PersonEntry:
    """A person without their whole address, and the names of their lists within a scope."""

    id: int
    masked_address: str
    given_name: str | None
    language: str
    created_at: datetime
    list_names: list[str]


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """The people that a search shows.

    `has_more`: others have these words too. `is_cut`: too many people have them to look at all.
    """

    items: Sequence[PersonEntry] = ()
    has_more: bool = False
    is_cut: bool = False


def is_searchable(text: str) -> bool:
    """Tell whether a text is a whole address, or has a word that is long enough."""
    return bool(list_searched_words(text)) or _find_mac(text) is not None


def search_people(text: str, scope: ListScope, *, in_archive: bool = False) -> SearchResult:
    """Return the people of a scope with this address or these words; or of the archive."""
    is_there = is_visible(scope, in_archive=in_archive)
    mac = _find_mac(text)
    known = None if mac is None else find_subscriber_by_mac(mac)
    if known is not None:
        found = db.session.scalars(select(Subscriber).where(Subscriber.id == known.id, is_there))
        return SearchResult(items=describe_people(found.all(), scope))
    words = list_searched_words(text)
    return _search_words(words, scope, is_there) if words else SearchResult()


def is_on_a_list(scope: ListScope = EVERY_LIST) -> ColumnElement[bool]:
    """Return the condition that a person is on a list of a scope.

    People on no list have only evidence (REQ-39).
    """
    return exists().where(
        Subscription.subscriber_id == Subscriber.id,
        is_within(Subscription.mailing_list_id, scope),
    )


def is_visible(scope: ListScope, *, in_archive: bool = False) -> ColumnElement[bool]:
    """Return the condition that a person is on a list of the scope; in the archive, on none."""
    return ~is_on_a_list() if in_archive else is_on_a_list(scope)


def describe_people(people: Sequence[Subscriber], scope: ListScope) -> list[PersonEntry]:
    """Return people as a table shows them."""
    names = _list_names([person.id for person in people], scope)
    return [
        PersonEntry(
            id=person.id,
            masked_address=mask_address(person.address),
            given_name=person.given_name,
            language=person.language,
            created_at=person.created_at,
            list_names=names.get(person.id, []),
        )
        for person in people
    ]


def _find_mac(text: str) -> bytes | None:
    """Return the keyed hash of an address; None if the text is none."""
    try:
        return address_mac(parse_address(text).key)
    except AddressInvalid:
        return None


def _search_words(
    words: Sequence[str], scope: ListScope, is_there: ColumnElement[bool]
) -> SearchResult:
    choices = [_candidates_with(word) for word in words]
    if scope.list_ids is not None:
        choices.append(select(Subscription.subscriber_id).where(_is_within(scope)))
    fewest, rarest = min(
        ((_count_candidates(each), each) for each in choices), key=lambda counted: counted[0]
    )
    candidates = rarest.limit(MOST_CANDIDATES).subquery()
    found = db.session.scalars(
        select(Subscriber)
        .join(candidates, candidates.c.subscriber_id == Subscriber.id)
        .where(is_there, *(_has(word) for word in words))
        .limit((MOST_HITS + 1) * SAME_PERSON)
    )
    people = [*dict.fromkeys(found)]
    shown = sorted(people[:MOST_HITS], key=lambda person: person.address_key)
    has_more = len(people) > MOST_HITS
    return SearchResult(
        items=describe_people(shown, scope),
        has_more=has_more,
        is_cut=not has_more and fewest > MOST_CANDIDATES,
    )


def _candidates_with(word: str) -> Select[int]:
    return (
        select(SearchWord.subscriber_id)
        .where(_begins(SearchWord, word))
        .order_by(SearchWord.word, SearchWord.subscriber_id)
    )


def _count_candidates(candidates: Select[int]) -> int:
    some = candidates.order_by(None).limit(MOST_CANDIDATES + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _has(word: str) -> ColumnElement[bool]:
    searched = aliased(SearchWord)
    return exists().where(searched.subscriber_id == Subscriber.id, _begins(searched, word))


def _begins(table: type[SearchWord], word: str) -> ColumnElement[bool]:
    """Return the condition that a word begins so. Both databases use the index for it."""
    return and_(table.word >= word, table.word <= word + LAST_CHARACTER)


def _is_within(scope: ListScope) -> ColumnElement[bool]:
    return Subscription.mailing_list_id.in_(sorted(scope.list_ids or ()))


def _list_names(subscriber_ids: Sequence[int], scope: ListScope) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(Subscription.subscriber_id, MailingList.id, MailingList.name)
        .join(MailingList, MailingList.id == Subscription.mailing_list_id)
        .where(
            Subscription.subscriber_id.in_(subscriber_ids),
            is_within(Subscription.mailing_list_id, scope),
        )
        .order_by(MailingList.name)
    )
    names: dict[int, list[str]] = {}
    for subscriber_id, list_id, name in rows:
        if scope.covers(list_id):
            names.setdefault(subscriber_id, []).append(name)
    return names


@dataclass(frozen=True, kw_only=True)
class PeopleFilter:
    """The people that a page lists: of the archive, of a list, a language, since a time.

    `is_unreachable`: only those whose mailbox can't be reached.
    """

    in_archive: bool = False
    list_id: int | None = None
    language: str | None = None
    since: datetime | None = None
    is_unreachable: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves people out, besides those of the other table."""
        chosen = (self.list_id, self.language, self.since)
        return self.is_unreachable or any(each is not None for each in chosen)


@dataclass(frozen=True, kw_only=True)
class DirectoryPage:
    """A page of people, newest first. `older_than` is the key of the next page, if there is one."""

    items: Sequence[PersonEntry]
    older_than: int | None


def list_people(chosen: PeopleFilter, *, older_than: int | None = None) -> DirectoryPage:
    """Return a page of people: the newest, or those who joined before a person."""
    conditions = _conditions(chosen)
    if older_than is not None:
        conditions.append(Subscriber.id < older_than)
    found = db.session.scalars(
        select(Subscriber).where(*conditions).order_by(Subscriber.id.desc()).limit(PAGE_SIZE + 1)
    ).all()
    shown = found[:PAGE_SIZE]
    return DirectoryPage(
        items=describe_people(shown, EVERY_LIST),
        older_than=shown[-1].id if len(found) > PAGE_SIZE else None,
    )


def count_people(chosen: PeopleFilter) -> int:
    """Return how many people there are; with a filter, it stops counting after MOST_COUNTED."""
    if not chosen.is_narrow:
        on_a_list = count_people_on_a_list()
        return count_people_known() - on_a_list if chosen.in_archive else on_a_list
    some = select(Subscriber.id).where(*_conditions(chosen)).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _conditions(chosen: PeopleFilter) -> list[ColumnElement[bool]]:
    """Return the conditions. Ids are ordered by the time of joining (ADR 014)."""
    conditions = [is_visible(EVERY_LIST, in_archive=chosen.in_archive)]
    if chosen.list_id is not None:
        members = select(Subscription.subscriber_id).where(
            Subscription.mailing_list_id == chosen.list_id
        )
        conditions.append(Subscriber.id.in_(members))
    if chosen.language is not None:
        conditions.append(Subscriber.language == chosen.language)
    if chosen.since is not None:
        conditions.append(Subscriber.id >= first_id_of(chosen.since))
    if chosen.is_unreachable:
        conditions.append(Subscriber.unreachable_since.is_not(None))
    return conditions
