"""What both databases need to behave alike (ADR 003), and the transaction of a use case."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg import sql
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Enum,
    LargeBinary,
    MetaData,
    SQLColumnExpression,
    any_,
    event,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_SECONDS = 10
CLEARING_MILLISECONDS = 500
CACHE_KILOBYTES = 500  # for each connection, of which a worker has many; the kernel has the rest
IS_BUSY = "is_busy"

Plain = int | str | bytes | None

DatabaseUnavailable = OperationalError  # locked, gone, full or out of reach

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, timezone-aware on both databases; refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database stores it. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "A moment must be timezone-aware: take it from clock.now()."
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment, aware, in UTC."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def enum_column(values: type[StrEnum], name: str) -> Enum:
    """Return a text column that a check constraint holds to the values of the enum."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def prepare_sqlite(engine: Engine) -> None:
    """Make an SQLite engine keep our promises: WAL, foreign keys, waiting for the writer.

    The begin of a transaction is ours too: with sqlite3's own deferred one, a transaction that
    reads and then writes fails at once when another wrote meanwhile.
    """

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        cursor.execute("PRAGMA secure_delete = ON")  # who is erased leaves no bytes behind
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        is_writing = connection.get_execution_options().get("is_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


db = SQLAlchemy(
    model_class=Model,
    engine_options={"hide_parameters": True},
    session_options={"expire_on_commit": False},
)


@contextmanager
def transaction() -> Iterator[None]:
    """Run a use case as one transaction: all of it is kept, or nothing.

    Whatever was read before is let go of, so that the use case decides on what is true now.
    """
    session = db.session()
    if session.info.get(IS_BUSY):
        message = "A use case was called within another one."
        raise RuntimeError(message)
    if session.new or session.dirty or session.deleted:
        message = "A use case was called with unsaved changes of another one."
        raise RuntimeError(message)
    session.rollback()
    session.info[IS_BUSY] = True
    try:
        session.connection(execution_options={"is_writing": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[IS_BUSY] = False


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as it is at one moment, however long it takes; nobody who writes waits."""
    session = db.session()
    session.rollback()
    if db.engine.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        session.rollback()


def is_one_of(column: SQLColumnExpression[int], numbers: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a column has one of many numbers, handed over as one value.

    A placeholder for each would make the statement long, and have it read anew each time.
    """
    if db.session.connection().dialect.name == "postgresql":
        return column == any_(literal([*numbers], ARRAY(BigInteger)))
    listed = func.json_each(json.dumps([*numbers])).table_valued("value")
    return column.in_(select(listed.c.value))


def is_one_of_keys(
    column: SQLColumnExpression[bytes], keys: Sequence[bytes]
) -> ColumnElement[bool]:
    """Return the condition that a column has one of many keys of equal length, in the same way.

    They are joined to one value and cut apart by the database: an array of them is slow to send.
    """
    length = len(keys[0]) if keys else 1
    end = length * len(keys)
    if db.session.connection().dialect.name == "postgresql":
        start: ColumnElement[int] = func.generate_series(1, end, length).column_valued("start")
    else:
        listed = func.json_each(json.dumps([*range(1, end, length)])).table_valued("value")
        start = listed.c.value
    joined = literal(b"".join(keys), LargeBinary)
    return column.in_(select(func.substr(joined, start, length, type_=LargeBinary)))


def insert_many(table: str, columns: Sequence[str], rows: Sequence[Sequence[Plain]]) -> None:
    """Insert many rows of plain values in the quickest way of each database; names are ours.

    What a column's type would do to a value isn't done: give the value of an enum, no moment.
    """
    if not rows:
        return
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        cursor = cast(psycopg.Cursor[Any], connection.connection.cursor())
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    order = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - no input
    connection.exec_driver_sql(order, [tuple(row) for row in rows])


def use_memory_for_sorting(megabytes: int) -> None:
    """Let PostgreSQL sort in this much memory until the transaction ends; SQLite needs no word."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(text(f"SET LOCAL work_mem = '{int(megabytes)}MB'"))


def forget_deleted_bytes() -> None:
    """Empty the log of SQLite, which still has pages as they were; outside of any transaction.

    In the tables themselves whatever is deleted is overwritten. While others read it gives up
    soon: the next call comes. PostgreSQL has a clearing of its own, VACUUM.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()
    with closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {CLEARING_MILLISECONDS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
        cursor.close()


def take_turns(key: bytes) -> None:
    """Let transactions about the same thing come one by one, until this one ends.

    PostgreSQL has a lock for any number; SQLite has one writer at a time anyway.
    """
    if db.session.connection().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(key).digest()[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(number)))
