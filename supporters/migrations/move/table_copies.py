"""Copies the rows of a table from SQLite to PostgreSQL, and sums them up to compare them.

The values are read as they are stored: texts, JSON and the members of enums are texts.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    cast as to,
    literal_column,
    select,
)

from supporters.database import UtcDateTime
from supporters.migrations.state import DatabaseProblem

Row = tuple[Any, ...]
AS_THEY_ARE = (UtcDateTime, Boolean, Date, LargeBinary, Integer, Numeric)
AT_ONCE, FEW_AT_ONCE = 2_000, 50  # a picture, or a part of a file, is large
SUM_BYTES = 8


class TableReader:
    """Reads the rows of tables, and tells how many it has read."""

    def __init__(self, count: Callable[[str, int], None]) -> None:
        self._count = count

    def read(self, connection: Connection, table: Table) -> Iterator[Row]:
        """Yield the rows of a table, some at a time from the database."""
        wanted = select(*map(_plain, table.columns)).select_from(table)
        at_once = FEW_AT_ONCE if "content" in table.columns else AT_ONCE
        rows = connection.execution_options(yield_per=at_once).execute(wanted)
        for number, row in enumerate(rows, 1):
            if number % AT_ONCE == 0:
                self._count(table.name, number)
            yield tuple(row)

    def sum_rows(self, connection: Connection, table: Table) -> tuple[int, int]:
        """Return how many rows a table has, and the sum of them."""
        count = total = 0
        for row in self.read(connection, table):
            count, total = count + 1, total + sum_of(row)
        return count, total


def copy_rows(table: Table, rows: Iterable[Row], target: Connection) -> tuple[int, int]:
    """Copy the rows of a table; return how many, and the sum of them. Raises DatabaseProblem."""
    count = total = 0
    driver = cast(psycopg.Connection[Any], target.connection.driver_connection)
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    order = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    try:
        with driver.cursor() as cursor, cursor.copy(order) as copy:
            for row in rows:
                copy.write_row(row)
                count, total = count + 1, total + sum_of(row)
    except psycopg.DataError as error:
        words = " ".join(str(error).split())
        message = f"A value of {table.name} can't be stored in PostgreSQL: {words}"
        raise DatabaseProblem(message) from error
    return count, total


def sum_of(row: Row) -> int:
    """Return a number that another row has only by chance. The order of rows changes no sum."""
    plain = [each.astimezone(UTC) if isinstance(each, datetime) else each for each in row]
    return int.from_bytes(hashlib.blake2b(repr(plain).encode(), digest_size=SUM_BYTES).digest())


def _plain(column: Column[Any]) -> Any:
    return column if isinstance(column.type, AS_THEY_ARE) else to(literal_column(column.name), Text)
