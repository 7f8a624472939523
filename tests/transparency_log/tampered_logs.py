"""Alters a database like an attacker with full access: any column, any row, no foreign keys."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    String,
    Table,
    and_,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from supporters.consent.models import ConsentEvent, Controller, PageSnapshot, Purpose, Wording
from supporters.consent.record_models import Disclosure, EmailSnapshot, Erasure, Restoration
from supporters.database import UtcDateTime, db
from supporters.people.models import Subscriber
from supporters.transparency_log.models import LogCheckpoint, LogEntry, LogTile, SealedFact

RowValues = dict[str, Any]

SEALED = (
    *(ConsentEvent, Purpose, Wording, PageSnapshot, Controller),
    *(Erasure, Disclosure, Restoration, EmailSnapshot, SealedFact),
)
LOGGED = [cast(Table, model.__table__) for model in (*SEALED, LogEntry, LogTile, LogCheckpoint)]
PERSON = cast(Table, Subscriber.__table__)
OF_PERSON = ("address", "address_key", "address_mac", "log_salt")
COLUMNS: dict[Table, list[Column[Any]]] = {
    **{table: [*table.columns] for table in LOGGED},
    PERSON: [PERSON.c[name] for name in OF_PERSON],
}


class ChangeNotAllowed(Exception):
    """The database doesn't allow this change."""


@contextmanager
def unguarded() -> Iterator[Connection]:
    """Yield a connection without foreign key checks. Raises ChangeNotAllowed."""
    db.session.remove()
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        off = "PRAGMA foreign_keys = OFF" if is_sqlite else "SET session_replication_role = replica"
        on = "PRAGMA foreign_keys = ON" if is_sqlite else "SET session_replication_role = origin"
        connection.commit()
        _say(connection, off)
        try:
            yield connection
            connection.commit()
        except DBAPIError as error:
            raise ChangeNotAllowed from error
        finally:
            connection.rollback()
            _say(connection, on)


def _say(connection: Connection, statement: str) -> None:
    """Run a statement outside of a transaction."""
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    cursor.close()
    if connection.dialect.name == "postgresql":
        connection.connection.commit()


def rows_of(table: Table) -> list[RowValues]:
    with db.engine.connect() as connection:
        rows = connection.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row._mapping) for row in rows]


def flip_bit(column: Column[Any], row: RowValues) -> RowValues:
    """Change one bit of one column of a row, or fill an empty one; return the row as it is now."""
    altered = {column.name: flipped(column, row[column.name])}
    with unguarded() as connection:
        connection.execute(update(column.table).where(is_row(column.table, row)).values(altered))
    return {**row, **altered}


def delete_row(table: Table, row: RowValues) -> None:
    with unguarded() as connection:
        connection.execute(table.delete().where(is_row(table, row)))


def restore_row(table: Table, row: RowValues) -> None:
    """Insert the original row."""
    with unguarded() as connection:
        connection.execute(insert(table).values(row))


def swap(table: Table, first: RowValues, second: RowValues) -> None:
    """Swap two rows: each gets the key of the other."""
    keys = table.primary_key.columns.keys()
    with unguarded() as connection:
        for row in (first, second):
            connection.execute(table.delete().where(is_row(table, row)))
        for row, other in ((first, second), (second, first)):
            connection.execute(insert(table).values({**row, **{key: other[key] for key in keys}}))


def insert_copy(table: Table, row: RowValues) -> RowValues:
    """Insert a copy of a row under another key; return it."""
    copied = {**row, **_new_key(table, row)}
    with unguarded() as connection:
        connection.execute(insert(table).values(copied))
    return copied


def _new_key(table: Table, row: RowValues) -> RowValues:
    """Return values for the columns that must be unique."""
    *_, last = table.primary_key.columns
    others = {
        "evidence": b"another",
        "content_hash": "0" * 64,
        "version": 99,
        "position": 10**6,
        "succeeds_id": None,
        "contact": "another",
    }
    new: RowValues = {name: value for name, value in others.items() if name in table.c}
    if isinstance(row.get("content_hash"), bytes):
        new["content_hash"] = bytes(32)
    return {**new, last.name: row[last.name] + 1000}


def is_row(table: Table, row: Mapping[str, Any]) -> ColumnElement[bool]:
    """Return the condition that selects this row."""
    return and_(*(column == row[column.name] for column in table.primary_key.columns))


def flipped(column: Column[Any], value: Any) -> Any:
    """Return the value of the column that differs least from this one."""
    match value:
        case None:
            return _anything(column)
        case Enum():
            return next((each for each in type(value) if each is not value), None)
        case datetime():
            return value + timedelta(microseconds=1)
        case bytes():
            place = len(value) // 2
            return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
        case str():
            place = len(value) // 2
            return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
        case _:
            return value ^ 1


def _anything(column: Column[Any]) -> Any:
    match column.type:
        case UtcDateTime():
            return datetime(2020, 1, 1, tzinfo=UTC)
        case LargeBinary():
            return b"x"
        case String():
            return "x"
        case _:
            return 1
