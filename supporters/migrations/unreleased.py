"""Carries the database of the last program before the first release over to its schema, once.

The tables and columns get the words of the glossary, in one transaction. Delete this module, its
calls in `env.py` and `state.py`, and `tests/storage/unreleased` after the first release (ADR 093).
"""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

LAST = "0076"
UPGRADE_FIRST = (
    f"This database is of a program before the first release, and not of its last one (migration "
    f"{LAST}). This program can't read it. Upgrade it with that program first: git checkout "
    "1c6d4179, flask db upgrade. Then run this again with the present program."
)
TABLES = {
    "letter": "outbox_email",
    "asking": "reconfirmation",
    "offer": "optional_purpose",
    "log_head": "log_checkpoint",
    "page_version": "page_snapshot",
    "contested_stop": "dispute_stop",
    "rights_case": "privacy_case",
    "kept_form": "stored_form",
    "mail_face": "theme",
    "event_allowance": "announced_broadcast",
}
COLUMNS = {  # longer ones first: a name of a constraint has the name of its column in it
    "invitation_letter_id": "invitation_email_id",
    "asking_letter_id": "inactivity_email_id",
    "page_version_id": "page_snapshot_id",
    "letter_id": "email_id",
    "trouble_at": "problem_at",
    "contests": "disputes",
    "trouble": "problem",
}
UNUSED = "log_rule"
# Sealed limits of what still earlier programs wrote; this program doesn't read their records.
OLDER_KEYS = "'log-open-erasures', 'log-open-records', 'log-bare-corrections'"
OLDER = (
    (f"SELECT 1 FROM data_key WHERE name IN ({OLDER_KEYS})", "records of the log in earlier forms"),  # noqa: S608
    (f"SELECT 1 FROM {UNUSED}", "records of the log in earlier forms"),  # noqa: S608
)
CONSTRAINTS = """
SELECT c.conname, t.relname, a.attname, c.contype::text FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
WHERE n.nspname = current_schema()
"""
INDEXES = "SELECT indexname, tablename FROM pg_indexes WHERE schemaname = current_schema()"
TRIGGERS = """
SELECT g.tgname, t.relname, p.proname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
JOIN pg_proc p ON p.oid = g.tgfoid JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE NOT g.tgisinternal AND n.nspname = current_schema()
"""


class NotCarriedOver(Exception):
    """The database is as it was before; the text says why."""


def is_unreleased(connection: Connection) -> bool:
    """Tell whether a database is of a program before the first release."""
    return inspect(connection).has_table("letter")


def carry_over(connection: Connection) -> int | None:
    """Carry an unreleased database over in one transaction; return its number of rows.

    Returns None for another database. Raises NotCarriedOver.
    """
    if not is_unreleased(connection):
        connection.rollback()
        return None
    connection.rollback()
    with connection.begin():
        _refuse_older(connection)
        before = _count_rows(connection, {new: old for old, new in TABLES.items()})
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            if connection.dialect.name == "sqlite":
                _copy_tables(connection)
            else:
                _rename_all(connection)
            _initial().create_triggers()
        after = _count_rows(connection, {})
        if before != after or (differences := _list_differences(connection)):
            what = "rows" if before != after else str(differences[0])
            message = (
                f"Nothing was changed: the new tables would differ from the old ones ({what})."
            )
            raise NotCarriedOver(message)
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    return sum(after.values())


def _initial() -> Any:
    return import_module("supporters.migrations.versions.0001_initial")


def _refuse_older(connection: Connection) -> None:
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found != LAST:
        raise NotCarriedOver(UPGRADE_FIRST)
    for rows, what in OLDER:
        if connection.execute(text(rows)).first() is not None:
            message = (
                f"Nothing was changed: the database has {what}, which this program can't read. "
                "Go on with the program of before: git checkout 1c6d4179."
            )
            raise NotCarriedOver(message)


def _count_rows(connection: Connection, old_names: Mapping[str, str]) -> dict[str, int]:
    names = {table: old_names.get(table, table) for table in _initial().metadata.tables}
    return {
        new: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0  # noqa: S608
        for new, name in names.items()
    }


def _list_differences(connection: Connection) -> list[Any]:
    """Return the steps from the tables of the database to those of the initial migration."""
    metadata = _initial().metadata

    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in metadata.tables

    options = {"compare_type": True, "include_name": is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def _copy_tables(connection: Connection) -> None:
    """Make new tables, and copy the rows: SQLite renames no constraint."""
    metadata = _initial().metadata
    old_names = {new: old for old, new in TABLES.items()}
    old_columns = {new: old for old, new in COLUMNS.items()}
    tables = {new: old_names.get(new, new) for new in metadata.tables} | {UNUSED: UNUSED}
    for kind in ("trigger", "index"):
        found = text("SELECT name, tbl_name FROM sqlite_master WHERE type = :kind AND sql <> ''")
        for name, table in connection.execute(found, {"kind": kind}).all():
            if table in tables.values():
                connection.execute(text(f'DROP {kind} "{name}"'))
    for old in tables.values():
        connection.execute(text(f"ALTER TABLE {old} RENAME TO before_{old}"))
    metadata.create_all(connection, checkfirst=False)
    for new, old in tables.items():
        if new != UNUSED:
            columns = [column.name for column in metadata.tables[new].columns]
            present = {each["name"] for each in inspect(connection).get_columns(f"before_{old}")}
            taken = [name if name in present else old_columns[name] for name in columns]
            into, values = (", ".join(f'"{name}"' for name in names) for names in (columns, taken))
            rows = f"INSERT INTO {new} ({into}) SELECT {values} FROM before_{old}"  # noqa: S608
            connection.execute(text(rows))
    for old in tables.values():
        connection.execute(text(f"DROP TABLE before_{old}"))


def _rename_all(connection: Connection) -> None:
    """Rename tables, columns, constraints, indexes and sequences of PostgreSQL."""
    for statement in _list_renames(connection):
        connection.execute(text(statement))


def _list_renames(connection: Connection) -> Iterator[str]:
    functions = set()
    for name, table, function in connection.execute(text(TRIGGERS)).all():
        functions.add(function)
        yield f"DROP TRIGGER {name} ON {table}"
    yield from (f"DROP FUNCTION {name}()" for name in sorted(functions))
    yield f"DROP TABLE {UNUSED}"
    ours = {new: old for old, new in TABLES.items()}
    for new in _initial().metadata.tables:
        old = ours.get(new, new)
        for column in inspect(connection).get_columns(old):
            if renamed := COLUMNS.get(column["name"]):
                yield f"ALTER TABLE {old} RENAME COLUMN {column['name']} TO {renamed}"
    for name, table, column, kind in connection.execute(text(CONSTRAINTS)).all():
        new_name = _rename_thing(name, table)
        if kind == "n":
            new_name = f"{TABLES.get(table, table)}_{column}_not_null"
        if new_name != name:
            yield f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO {new_name}"
    for name, table in connection.execute(text(INDEXES)).all():
        if (new_name := _rename_thing(name, table)) != name:
            yield f"ALTER INDEX {name} RENAME TO {new_name}"
    yield "ALTER SEQUENCE page_version_id_seq RENAME TO page_snapshot_id_seq"
    yield from (f"ALTER TABLE {old} RENAME TO {new}" for old, new in TABLES.items())


def _rename_thing(name: str, table: str) -> str:
    """Return the new name of a constraint or an index of a table."""
    name = re.sub(rf"^(pk|fk|uq|ck|ix)_{table}(?=_|$)", rf"\1_{TABLES.get(table, table)}", name)
    for old, new in COLUMNS.items():
        name = re.sub(rf"(?<=_){old}(?=_|$)", new, name)
    return name
