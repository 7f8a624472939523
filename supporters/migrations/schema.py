"""Compares the schema of the database with the schema that the program needs.

The number of the newest migration is not enough: if a migration was changed after it had run, or
somebody changed the schema by SQL, the program can't use the database.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Dialect, Table, inspect, text

from supporters.database import db
from supporters.migrations.ended_consent_triggers import NAME, SQLITE_EVENTS, TABLES
from supporters.migrations.schema_sums import is_recorded

COLUMNS = {
    "sqlite": (
        "SELECT held.name, each.name FROM sqlite_master AS held"
        " JOIN pragma_table_info(held.name) AS each WHERE held.type = 'table'"
    ),
    "postgresql": (
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema()"
    ),
}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT t.tgname || '_' || c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND n.nspname = current_schema()"
    ),
}
UNKNOWN = "has an unknown"
QUOTED = re.compile(r"'([^']*)'")


def list_missing_columns(connection: Connection) -> list[str]:
    """Return the columns that the program needs and the database lacks, by one fast query."""
    rows = connection.execute(text(COLUMNS[connection.dialect.name])).all()
    found = {(table, column) for table, column in rows}
    return [
        f"{table}.{column}" for table, column in _needed_columns() if (table, column) not in found
    ]


@cache
def _needed_columns() -> Sequence[tuple[str, str]]:
    return tuple((table.name, column.name) for table in _tables() for column in table.columns)


def list_missing_triggers() -> list[str]:
    """Return the triggers against ended consents that the database lacks, or has disabled."""
    with db.engine.connect() as connection:
        dialect = connection.dialect.name
        found = {*connection.scalars(text(TRIGGERS[dialect]))}
    needed = [f"{NAME}_{each}" for each in TABLES]
    if dialect == "sqlite":
        needed = [f"{NAME}_{event}_{each}" for each in TABLES for event in SQLITE_EVENTS]
    return [each for each in needed if each not in found]


def list_differences(connection: Connection) -> list[str]:
    """Return the differences of tables, columns, keys, indexes and checks, in words."""
    return [] if is_recorded(connection) else compare(connection)


def compare(connection: Connection) -> list[str]:
    """Compare each table with what the program needs; return the differences in words."""
    options = {"compare_type": True, "include_name": is_ours}
    context = MigrationContext.configure(connection, opts=options)
    steps = compare_metadata(context, db.metadata)
    flat = [step for each in steps for step in (each if isinstance(each, list) else [each])]
    return [*map(_describe, flat), *_list_differing_checks(connection)]


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether a comparison includes this. It ignores foreign tables, such as the queue's."""
    return kind != "table" or name in db.metadata.tables


def _tables() -> list[Table]:
    return [table for _, table in sorted(db.metadata.tables.items())]


def _describe(step: tuple[Any, ...]) -> str:
    """Return a step of alembic as the fault that it would correct."""
    kind, *rest = step
    match kind:
        case "add_table":
            return f"lacks {rest[0].name}"
        case "add_column":
            return f"lacks {rest[1]}.{rest[2].name}"
        case "remove_column":
            return f"{UNKNOWN} {rest[1]}.{rest[2].name}"
        case "modify_nullable" | "modify_type" | "modify_default":
            return f"has another {kind.removeprefix('modify_')} for {rest[1]}.{rest[2]}"
    verb, thing = ("lacks" if kind.startswith("add_") else UNKNOWN), rest[0]
    return f"{verb} {kind.partition('_')[2]} {thing.table.name}.{thing.name}"


def _list_differing_checks(connection: Connection) -> Iterator[str]:
    """Yield the checks that are missing or allow other values. Alembic compares no checks."""
    found = {
        table: {str(check["name"]): check["sqltext"] for check in checks}
        for (_, table), checks in inspect(connection).get_multi_check_constraints().items()
    }
    for table in _tables():
        for name, values in _checks_of(table, connection.dialect):
            if name not in found.get(table.name, {}):
                yield f"lacks check {table.name}.{name}"
            elif values != _quoted(found[table.name][name]):
                yield f"allows other values by {table.name}.{name}"


def _checks_of(table: Table, dialect: Dialect) -> Iterator[tuple[str, set[str]]]:
    """Yield the name of each check of a table, with its quoted values."""
    for check in table.constraints:
        if isinstance(check, CheckConstraint):
            name = dialect.identifier_preparer.format_constraint(check)
            rule = check.sqltext.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            yield str(name), _quoted(str(rule))


def _quoted(rule: str) -> set[str]:
    return {*QUOTED.findall(rule)}
