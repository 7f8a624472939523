"""Tells whether the program before can use a migrated database: nothing that it needs was narrowed.

A migration with a number after the dot, such as 0018.1, promises that (ADR 128). Only its author
can promise that the data mean the same.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, inspect

Tables = dict[str, dict[str, dict[str, Any]]]
KEYS = ("primary key", "unique", "foreign key", "check")


def read_tables(connection: Connection) -> Tables:
    """Return the columns, keys, checks and indexes of each table."""
    found = inspect(connection)
    return {table: _read(found, table) for table in found.get_table_names()}


def _read(found: Any, table: str) -> dict[str, dict[str, Any]]:
    return {
        "column": {each["name"]: each for each in found.get_columns(table)},
        "primary key": {"": found.get_pk_constraint(table)},
        "unique": {each["name"]: each for each in found.get_unique_constraints(table)},
        "foreign key": {each["name"]: each for each in found.get_foreign_keys(table)},
        "check": {each["name"]: each for each in found.get_check_constraints(table)},
        "unique index": {
            each["name"]: _words_of(each) for each in found.get_indexes(table) if each["unique"]
        },
    }


def _words_of(index: Any) -> str:
    conditions = sorted(str(each) for each in index.get("dialect_options", {}).values())
    return f"{index['column_names']} {conditions}"


def list_narrowed(before: Tables, after: Tables) -> list[str]:
    """Return what the program before would miss, or what would refuse its rows, in words."""
    return [
        words
        for table, parts in before.items()
        for words in (
            _compare(table, parts, after[table]) if table in after else [f"{table} is gone"]
        )
    ]


def _compare(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    yield from _compare_columns(table, old["column"], new["column"])
    for kind in (*KEYS, "unique index"):
        if {name: str(each) for name, each in old[kind].items()} != {
            name: str(each) for name, each in new[kind].items()
        }:
            yield f"a {kind} of {table} is another one"


def _compare_columns(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, column in old.items():
        if name not in new:
            yield f"{table}.{name} is gone"
        elif str(column["type"]) != str(new[name]["type"]):
            yield f"{table}.{name} has another type"
        elif column["nullable"] and not new[name]["nullable"]:
            yield f"{table}.{name} must have a value"
    for name in new.keys() - old.keys():
        if not new[name]["nullable"] and new[name]["default"] is None:
            yield f"{table}.{name} is new and must have a value"
