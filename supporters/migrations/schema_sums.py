"""Recognises the schema that the migrations make, by a sum of all its definitions.

To compare each table with the program takes half a second of CPU time. That was done once for the
schemas whose sums are recorded (`python -m tests.storage.record_sums`); any other one is compared.
"""

import hashlib
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from supporters.database import db

RECORDED = Path(__file__).with_name("schemas.txt")
_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation,
        a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND c.relkind IN ('r', 'p')
        AND a.attnum > 0 AND NOT a.attisdropped
"""
# PostgreSQL 18 has further constraints, for what is not null.
_CONSTRAINTS = """
    SELECT c.relname, k.conname, k.convalidated, pg_get_constraintdef(k.oid)
    FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid
    WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND k.contype <> 'n'
"""
_INDEXES = """
    SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
"""
# Each row begins with its table.
DEFINITIONS = {
    "sqlite": ["SELECT tbl_name, type, name, sql FROM sqlite_master WHERE type <> 'trigger'"],
    "postgresql": [_COLUMNS, _CONSTRAINTS, _INDEXES],
}


def is_recorded(connection: Connection) -> bool:
    """Tell whether the schema was compared with this program when it was made."""
    return sum_schema(connection) in _recorded()


def sum_schema(connection: Connection) -> str:
    """Return the sum of the definitions of our tables, with their keys, indexes and checks."""
    said = DEFINITIONS[connection.dialect.name]
    rows = [row for each in said for row in connection.execute(text(each))]
    ours = sorted(repr([*map(_in_order, row)]) for row in rows if row[0] in db.metadata.tables)
    return hashlib.sha256("\n".join(ours).encode()).hexdigest()


def _in_order(value: object) -> object:
    """Sort the lines of a definition: alembic remakes a table with its keys in any order."""
    if not isinstance(value, str):
        return value
    return sorted(line.strip(" \t,") for line in value.split("\n"))


@cache
def _recorded() -> frozenset[str]:
    return frozenset(line.split()[0] for line in RECORDED.read_text().splitlines())
