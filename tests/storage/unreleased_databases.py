"""A database of the last program before the first release (migration 0076), as it left it.

`unreleased/` has its schema for each database, and the rows that its own use cases wrote: sign-ups
that wait, people who confirmed, left, objected, disputed and were erased, drafts, imports,
invitations, a reconfirmation, and a campaign in the middle of its sending. The links are those of
its emails. It goes with `supporters/migrations/unreleased.py` after the first release.
"""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Boolean, Connection, Engine, MetaData, Table, select, text

FOLDER = Path(__file__).parent / "unreleased"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # an hour after its last rows
LINKS: dict[str, Any] = json.loads((FOLDER / "links.json").read_text())
Rows = dict[str, list[list[Any]]]


def read_rows() -> Rows:
    """Return the rows of each table, after the names of its columns."""
    found: Rows = json.loads((FOLDER / "rows.json").read_text())
    return found


def make_unreleased(engine: Engine) -> None:
    """Write the database into an empty one."""
    kind = engine.dialect.name
    tables, start, triggers = (FOLDER / f"{kind}.sql").read_text().partition("CREATE TRIGGER")
    _run(engine, tables)
    _insert(engine)
    _run(engine, start + triggers)
    engine.dispose()


def _run(engine: Engine, script: str) -> None:
    connection = engine.raw_connection()
    driver = connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.executescript(script)
    else:
        assert isinstance(driver, psycopg.Connection)
        driver.execute(script.encode())
        driver.commit()
    connection.close()


def _insert(engine: Engine) -> None:
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table_name, (columns, *rows) in read_rows().items():
            table = metadata.tables[table_name]
            values = [
                {
                    column: _value(table, column, value)
                    for column, value in zip(columns, row, strict=True)
                }
                for row in rows
            ]
            names = ", ".join(f'"{each}"' for each in columns)
            places = ", ".join(f":{each}" for each in columns)
            connection.execute(
                text(f"INSERT INTO {table_name} ({names}) VALUES ({places})"), values
            )
        if engine.dialect.name == "postgresql":
            _advance_sequences(connection)


def _advance_sequences(connection: Connection) -> None:
    for (name,) in connection.execute(
        text("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
    ).all():
        table = name.removesuffix("_id_seq")
        newest = 1_000 if table == name else f"(SELECT coalesce(max(id), 1) FROM {table})"
        connection.execute(text(f"SELECT setval('{name}', {newest})"))


def _value(table: Table, column: str, value: Any) -> Any:
    """Return a value as the driver takes it: both databases have the same bytes and moments."""
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"])
    if isinstance(table.c[column].type, Boolean) and value is not None:
        return bool(value)
    return value


def list_rows(engine: Engine, tables: list[str]) -> Rows:
    """Return the rows of some tables as text, to compare two databases."""
    metadata = MetaData()
    metadata.reflect(engine, only=tables)
    with engine.connect() as connection:
        return {
            name: sorted(
                [list(map(str, row)) for row in connection.execute(select(metadata.tables[name]))]
            )
            for name in tables
        }
