"""Lists all people, for the data protection officer: page by page, with filters (ADR 049)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from supporters.consent.trigger_counts import count_people_known, count_people_on_a_list
from supporters.database import db
from supporters.ids import first_id_of
from supporters.lists.models import Subscription
from supporters.lists.people_search import PersonEntry, describe_people, is_visible
from supporters.people.models import Subscriber
from supporters.team.list_scopes import EVERY_LIST

PAGE_SIZE = 50
MOST_COUNTED = 10_000


@dataclass(frozen=True, kw_only=True)
class PeopleFilter:
    """The people that a page lists: of the archive, of a list, a language, since a time."""

    in_archive: bool = False
    list_id: int | None = None
    language: str | None = None
    since: datetime | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves people out, besides those of the other table."""
        return any(each is not None for each in (self.list_id, self.language, self.since))


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
    return conditions
