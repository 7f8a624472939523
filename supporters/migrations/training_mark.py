"""The mark in the head of a training's database file: made-up people never mix with the party's.

SQLite keeps a number for the program that owns a file (https://sqlite.org/pragma.html, application
id). Copies and backups of the file have it too.
"""

from sqlalchemy import Connection, inspect

MARK = 0x5452_4149  # "TRAI"


class ForeignDatabase(Exception):
    """A training was given a database with tables that no training made."""


def has_mark(connection: Connection) -> bool:
    """Tell whether a database is that of a training."""
    if connection.dialect.name != "sqlite":
        return False
    return bool(connection.exec_driver_sql("PRAGMA application_id").scalar() == MARK)


def mark_new_database(connection: Connection) -> None:
    """Mark an empty database; one that is marked stays so. Raises ForeignDatabase for others."""
    if has_mark(connection):
        return
    if connection.dialect.name != "sqlite" or inspect(connection).get_table_names():
        raise ForeignDatabase
    connection.exec_driver_sql(f"PRAGMA application_id = {MARK}")
