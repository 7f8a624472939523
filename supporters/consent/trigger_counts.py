"""The counts that triggers of the database keep: their tables, and their reads (ADR 052).

A count is the sum of its rows. On SQLite it is one row, with `change_id` 0. On PostgreSQL each
change is a row of its own, and a worker sums them up. They refer to no table: a count never keeps
a row from being deleted. Nothing but the triggers writes them.
"""

from datetime import date
from enum import StrEnum
from typing import cast

from sqlalchemy import BigInteger, ScalarSelect, String, Table, delete, func, literal, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Mapped, mapped_column

from supporters.consent.models import Wording
from supporters.database import Model, db, use_case


def _change_id() -> Mapped[int]:
    return mapped_column(BigInteger, primary_key=True, autoincrement=False)


class ConsentCount(Model):
    """How many people have an active consent with a wording."""

    __tablename__ = "consent_count"

    wording_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change_id: Mapped[int] = _change_id()
    people: Mapped[int]


class EventCount(Model):
    """How many events of a kind a purpose has from a day (UTC), by page snapshot; 0: no snapshot.

    Events of other kinds than a consent and its end aren't counted.
    """

    __tablename__ = "event_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    purpose_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    page_snapshot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change_id: Mapped[int] = _change_id()
    events: Mapped[int]


class FormerCount(Model):
    """How many people withdrew their consent for a list, or objected, and are not on it now."""

    __tablename__ = "former_count"

    mailing_list_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change_id: Mapped[int] = _change_id()
    people: Mapped[int]


class CountedPeople(StrEnum):
    """The people that a row of `people_count` counts."""

    KNOWN = "known"
    ON_A_LIST = "on_a_list"


class PeopleCount(Model):
    """How many people have confirmed, and how many of them are on a list."""

    __tablename__ = "people_count"

    counted: Mapped[str] = mapped_column(String(20), primary_key=True)
    change_id: Mapped[int] = _change_id()
    people: Mapped[int]


TABLES = [
    cast(Table, each.__table__) for each in (ConsentCount, EventCount, FormerCount, PeopleCount)
]


def count_people_known() -> int:
    """Return how many people have confirmed."""
    return _count_people(CountedPeople.KNOWN)


def count_people_on_a_list() -> int:
    """Return how many people are on a list. A person on two of them counts once."""
    return _count_people(CountedPeople.ON_A_LIST)


def _count_people(counted: CountedPeople) -> int:
    people = select(func.sum(PeopleCount.people)).where(PeopleCount.counted == counted.value)
    return int(db.session.scalar(people) or 0)


def select_active_consents(purpose_id: int) -> ScalarSelect[int]:
    """Return the query of the number of active consents of a purpose, for a larger statement."""
    return (
        select(func.coalesce(func.sum(ConsentCount.people), 0))
        .join(Wording, Wording.id == ConsentCount.wording_id)
        .where(Wording.purpose_id == purpose_id)
        .scalar_subquery()
    )


def count_people_by_purpose() -> dict[int, int]:
    """Return how many active consents each purpose has (purpose id: count)."""
    people = func.sum(ConsentCount.people)
    rows = db.session.execute(
        select(Wording.purpose_id, people)
        .join(ConsentCount, ConsentCount.wording_id == Wording.id)
        .group_by(Wording.purpose_id)
        .having(people > 0)
    )
    return {purpose_id: int(count) for purpose_id, count in rows}


def count_people_by_wording(purpose_id: int) -> dict[int, int]:
    """Return how many active consents each wording of a purpose has (wording id: count)."""
    people = func.sum(ConsentCount.people)
    rows = db.session.execute(
        select(ConsentCount.wording_id, people)
        .join(Wording, Wording.id == ConsentCount.wording_id)
        .where(Wording.purpose_id == purpose_id)
        .group_by(ConsentCount.wording_id)
        .having(people > 0)
    )
    return {wording_id: int(count) for wording_id, count in rows}


def count_former_by_list() -> dict[int, int]:
    """Return how many people unsubscribed from each list and are not on it (list id: count)."""
    rows = db.session.execute(
        select(FormerCount.mailing_list_id, func.sum(FormerCount.people)).group_by(
            FormerCount.mailing_list_id
        )
    )
    return {list_id: int(count) for list_id, count in rows}


@use_case
def sum_up_counts() -> None:
    """Add the changes to their sums, so that a count stays a read of few rows.

    One statement does both: no reader sees a change twice, or not at all. SQLite has sums only.
    """
    if db.session.connection().dialect.name == "postgresql":
        for table in TABLES:
            db.session.execute(_move_changes(table))


def _move_changes(table: Table) -> Insert:
    *keys, change_id, total = table.columns
    gone = delete(table).where(change_id > 0).returning(*keys, total).cte("gone")
    moved = [gone.c[key.name] for key in keys]
    sums = select(*moved, literal(0), func.sum(gone.c[total.name])).group_by(*moved)
    names = [key.name for key in keys]
    order = insert(table).from_select([*names, change_id.name, total.name], sums)
    return order.on_conflict_do_update(
        index_elements=[*names, change_id.name],
        set_={total.name: total + order.excluded[total.name]},
    )
