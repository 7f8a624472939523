"""The differences between SQLite and PostgreSQL, behind one call for both (ADR 003)."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Engine,
    LargeBinary,
    SQLColumnExpression,
    any_,
    event,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from supporters.database import db, in_transaction, is_in_transaction
from supporters.settings.moved_database import DatabaseMoved, find_move

BUSY_TIMEOUT_SECONDS = 10
CLEARING_MILLISECONDS = 500
PATIENCE_SECONDS = 120
WAITS = (
    f"Another program has been writing to the database for {BUSY_TIMEOUT_SECONDS} seconds. We wait "
    "until it ends. If this goes on, stop the worker and the pages.\n"
)
CACHE_KILOBYTES = 500  # for each connection; a worker has many, and the kernel caches the rest
HAS_LARGE_CACHE = "has_large_cache"


ENCODING = "UTF8"

Plain = int | str | bytes | None


class EncodingUnfit(psycopg.OperationalError):
    """The database can't store every name; the text says what to do."""


def prepare_postgres(engine: Engine) -> None:
    """Refuse a database that isn't in UTF-8, before SQLAlchemy reads an answer of it."""

    @event.listens_for(engine, "connect", insert=True)
    def check_encoding(connection: psycopg.Connection[Any], _record: Any) -> None:
        found = connection.info.parameter_status("server_encoding")
        if found != ENCODING:
            raise EncodingUnfit(
                f"The database is in {found}, and must be in UTF-8. Make it again: createdb "
                "--encoding=UTF8 --template=template0 NAME"
            )


def prepare_sqlite(engine: Engine) -> None:
    """Set an SQLite engine up: WAL, foreign keys, a wait for other writers.

    The start of a transaction is ours too: with sqlite3's own deferred one, a transaction that
    reads and then writes fails at once if another wrote meanwhile.
    """

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        if why := find_move(connection):
            raise DatabaseMoved(why)
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        cursor.execute("PRAGMA secure_delete = ON")  # erased data leaves no bytes in the file
        cursor.close()

    @event.listens_for(engine, "checkin")
    def shrink_cache(connection: Any, record: ConnectionPoolEntry) -> None:
        if record.info.pop(HAS_LARGE_CACHE, False):
            connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
            connection.execute("PRAGMA shrink_memory")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get("is_patient", False):
            _begin_patiently(connection)
        else:
            is_writing = options.get("is_writing", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _begin_patiently(connection: Any) -> None:
    """Begin to write as soon as no other program does, for two minutes; say that we wait.

    Raises OperationalError.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            sys.stderr.write(WAITS)
        else:
            return


def in_values(column: SQLColumnExpression[int], numbers: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a column has one of many numbers, passed as one value.

    A placeholder for each would make the statement long, and have it parsed anew each time.
    """
    if db.session.connection().dialect.name == "postgresql":
        return column == any_(literal([*numbers], ARRAY(BigInteger)))
    listed = func.json_each(json.dumps([*numbers])).table_valued("value")
    return column.in_(select(listed.c.value))


def in_values_bytes(
    column: SQLColumnExpression[bytes] | SQLColumnExpression[bytes | None], keys: Sequence[bytes]
) -> ColumnElement[bool]:
    """Return the condition that a column has one of many keys of equal length, in the same way.

    They are joined to one value, and the database cuts them apart: an array of them is slow to
    send.
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
    """Insert many rows of plain values in each database's fastest way; the names are ours.

    Column types convert nothing here: pass the value of an enum, and no moments.
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
    """Let the database sort in this much memory until the transaction ends."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        db.session.execute(text(f"SET LOCAL work_mem = '{int(megabytes)}MB'"))
        return
    connection.info[HAS_LARGE_CACHE] = True
    connection.exec_driver_sql(f"PRAGMA cache_size = -{int(megabytes) * 1024}")


@in_transaction
def count_anew(table: str) -> None:
    """Let PostgreSQL estimate a table that was filled a moment ago: it still takes it for empty.

    It looks at some pages of it. Its own maintenance comes a minute later.
    """
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        quoted = connection.dialect.identifier_preparer.quote(table)
        connection.exec_driver_sql(f"ANALYZE {quoted}")


@contextmanager
def joining_in_order() -> Iterator[None]:
    """Let PostgreSQL join two large tables by their indexes: half the work of hashing one whole.

    It would hash, because it takes a row that it reads by an index for dear. SQLite has no hashing.
    """
    is_postgresql = db.session.connection().dialect.name == "postgresql"
    if is_postgresql:
        db.session.execute(text("SET LOCAL enable_hashjoin = off"))
    yield
    if is_postgresql:
        db.session.execute(text("SET LOCAL enable_hashjoin = on"))


def empty_write_ahead_log() -> None:
    """Empty the write-ahead log of SQLite, which keeps old pages; outside of any transaction.

    In the tables themselves deleted data is overwritten. While others read, it gives up soon; the
    next call tries again. PostgreSQL has a cleanup of its own, VACUUM.
    """
    if is_in_transaction():
        raise RuntimeError("The write-ahead log of SQLite can't be emptied within a transaction.")
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()
    with closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {CLEARING_MILLISECONDS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
        cursor.close()


def domain_part(address_key: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Return the domain of a column with keys of addresses."""
    if db.session.connection().dialect.name == "postgresql":
        return func.split_part(address_key, "@", 2)
    return func.substr(address_key, func.instr(address_key, "@") + 1)
