"""The tables of counts. Triggers of the database write them, and nothing else (ADR 052).

A count is the sum of its rows. On SQLite it is one row, with `change_id` 0. On PostgreSQL each
change is a row of its own, and a worker sums them up. They refer to no table: a count never keeps
a row from being deleted.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model


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
