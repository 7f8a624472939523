"""Reads the whole schema of a database, to compare it with another one."""

import re

from sqlalchemy import Engine, Inspector, inspect

Schema = dict[str, dict[str, list[str]]]


def schema_of(engine: Engine) -> Schema:
    """Return all tables with their columns, keys, checks and indexes, in words."""
    with engine.connect() as connection:
        return _describe(inspect(connection))


def _describe(found: Inspector) -> Schema:
    return {
        table: {
            "columns": sorted(
                f"{each['name']} {each['type']} {each['nullable']} {each['default']}"
                for each in found.get_columns(table)
            ),
            "checks": sorted(
                f"{each['name']} {_plain(each['sqltext'])}"
                for each in found.get_check_constraints(table)
            ),
            "keys": sorted(
                [
                    str(found.get_pk_constraint(table)),
                    *map(str, found.get_unique_constraints(table)),
                    *map(str, found.get_foreign_keys(table)),
                ]
            ),
            "indexes": sorted(
                f"{each['name']} {each['column_names']} {each['unique']}"
                f" {[_plain(str(option)) for option in each.get('dialect_options', {}).values()]}"
                for each in found.get_indexes(table)
            ),
        }
        for table in found.get_table_names()
    }


def _plain(rule: str) -> str:
    """Return a rule without its casts: PostgreSQL places them anew when it reads a dump."""
    return re.sub(r"::(text|character varying)|\[\]|[()]", "", rule)
