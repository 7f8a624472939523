"""Finds triggers and rules on our tables that no migration made: each can rewrite what we write.

The sums of those that the migrations make are recorded (`python -m tests.storage.record_sums`).
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from supporters.database import db

RECORDED = Path(__file__).with_name("triggers.txt")
_TRIGGERS = """
    SELECT c.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true),
        p.proname, l.lanname, p.prosrc, CAST(p.proconfig AS text)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    JOIN pg_language l ON l.oid = p.prolang
    WHERE NOT t.tgisinternal AND c.relnamespace = CAST(current_schema() AS regnamespace)
"""
_RULES = "SELECT tablename, rulename, definition FROM pg_rules WHERE schemaname = current_schema()"
# Each row begins with its table and its name.
DEFINITIONS = {
    "sqlite": ["SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"],
    "postgresql": [_TRIGGERS, _RULES],
}


def list_foreign_triggers() -> list[str]:
    """Return the triggers and rules that no migration made like this, each with its table."""
    with db.engine.connect() as connection:
        return [name for name, total in sum_triggers(connection) if total not in _recorded()]


def sum_triggers(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield each trigger and rule on our tables, and the sum of its definition."""
    for query in DEFINITIONS[connection.dialect.name]:
        for table, name, *definition in connection.execute(text(query)):
            if table in db.metadata.tables:
                said = repr([table, name, *map(_in_order, definition)])
                yield f"{name} on {table}", hashlib.sha256(said.encode()).hexdigest()


def _in_order(value: object) -> object:
    """Leave out quotes and white space: to rename a table, SQLite writes a trigger anew."""
    return "".join(value.replace('"', "").split()) if isinstance(value, str) else value


@cache
def _recorded() -> frozenset[str]:
    return frozenset(line.split()[0] for line in RECORDED.read_text().splitlines())
