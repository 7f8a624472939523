"""Finds PgBouncer between us and PostgreSQL, and whether it keeps what our connections need.

In transaction mode each transaction may run on another connection of PostgreSQL. Without its help,
a statement that one process prepared is another statement for the next. Settings that must hold for
longer than a transaction need PostgreSQL itself.
"""

import secrets
from typing import Any, cast

import psycopg
from psycopg import pq
from sqlalchemy import Engine

NEEDS_THE_SERVER = (
    "PgBouncer stands before the database, and this needs PostgreSQL itself: run it with the "
    "server’s address in SUPPORTERS_DATABASE_URL. See “PostgreSQL” in docs/operators.md."
)
FORGETS_STATEMENTS = (
    "PgBouncer doesn't keep prepared statements apart, so one process would run those of another. "
    "Set there: max_prepared_statements = 200 (PgBouncer 1.22 or newer)."
)
TRIES = 3  # an answer may come from another connection by chance


def is_pooled(raw: psycopg.Connection[Any]) -> bool:
    """Tell whether a pooler answers: its clients get another process number than the server's."""
    found = raw.execute("SELECT pg_backend_pid()").fetchone()
    return found is not None and found[0] != raw.info.backend_pid


def stands_before(engine: Engine) -> bool:
    """Tell whether a pooler stands before the database."""
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect() as connection:
        return is_pooled(_raw(connection))


def find_pooler_fault(engine: Engine) -> str | None:
    """Return why the program can't work through the pooler before it; None if it can."""
    if not stands_before(engine):
        return None
    with engine.connect() as one, engine.connect() as other:
        is_kept = all(_keeps_apart(_raw(one), _raw(other)) for _ in range(TRIES))
    return None if is_kept else FORGETS_STATEMENTS


def _raw(connection: Any) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def _keeps_apart(one: psycopg.Connection[Any], other: psycopg.Connection[Any]) -> bool:
    """Tell whether two connections may give the same name to two statements."""
    name = f"probe_{secrets.token_hex(8)}".encode()
    prepared = [
        each.pgconn.prepare(name, statement)
        for each, statement in ((one, b"SELECT 1"), (other, b"SELECT 2"))
    ]
    answers = [each.pgconn.exec_prepared(name, None) for each in (one, other)]
    return all(each.status == pq.ExecStatus.COMMAND_OK for each in prepared) and [
        each.get_value(0, 0) if each.status == pq.ExecStatus.TUPLES_OK else None for each in answers
    ] == [b"1", b"2"]
