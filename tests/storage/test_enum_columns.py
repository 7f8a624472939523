"""The database takes each member of an enum, and no other text: comparing models misses checks."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Enum, inspect

from supporters.database import Model, db

pytestmark = pytest.mark.both_databases


def enum_columns() -> Iterator[tuple[str, str, Enum]]:
    for table in Model.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Enum) and column.type.create_constraint:
                yield table.name, column.name, column.type


def checked_values(table: str, column: str) -> list[set[str]]:
    """Return the texts in each check of the database that names a column."""
    checks = [str(each["sqltext"]) for each in inspect(db.engine).get_check_constraints(table)]
    named = [each for each in checks if re.search(rf"\b{column}\b", each)]
    return [{*re.findall(r"'([^']*)'", each)} for each in named]


def test_the_checks_of_the_database_have_the_members_of_the_enums(app: Flask) -> None:
    faults = [
        f"{table}.{column}: write a migration that remakes its check"
        for table, column, kind in enum_columns()
        if {*kind.enums} not in checked_values(table, column)
    ]
    assert faults == []
