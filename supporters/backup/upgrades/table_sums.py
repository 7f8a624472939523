"""Sums up the rows of all tables as they are stored, to show that a way back loses none."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection, inspect

from supporters.backup.database_dumps import OF_THE_QUEUE

AT_ONCE = 2_000
SUM_BYTES = 8
NOT_COMPARED = "alembic_version"
Sums = Mapping[str, tuple[int, int]]


def sum_tables(connection: Connection) -> Sums:
    """Return how many rows each table has, and the sum of them."""
    found = inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    sums = {}
    for table in sorted(found.get_table_names()):
        if table != NOT_COMPARED and not table.startswith(OF_THE_QUEUE):
            columns = sorted(each["name"] for each in found.get_columns(table))
            listed = ", ".join(map(quote, columns))
            sums[table] = _sum(connection, f"SELECT {listed} FROM {quote(table)}")  # noqa: S608
    return sums


def find_difference(before: Sums, after: Sums) -> str | None:
    """Return the first table that isn't as it was, in words; None if all are."""
    for table in sorted({*before, *after}):
        if before.get(table) != after.get(table):
            old, new = before.get(table, (0, 0))[0], after.get(table, (0, 0))[0]
            return f"{table} had {old} rows and has {new}" if old != new else f"rows of {table}"
    return None


def _sum(connection: Connection, wanted: str) -> tuple[int, int]:
    count = total = 0
    some_at_a_time = {"yield_per": AT_ONCE}
    for row in connection.exec_driver_sql(wanted, execution_options=some_at_a_time):
        digest = hashlib.blake2b(repr(tuple(row)).encode(), digest_size=SUM_BYTES).digest()
        count, total = count + 1, total + int.from_bytes(digest)
    return count, total
