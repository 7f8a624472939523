"""Tells whether the database can be worked with, in words for an operator.

It must answer, be at the newest migration, and have the columns that the program was written for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, ProgrammingError

from supporters.database import db
from supporters.migrations.schema import list_differences, list_missing_columns

NAMED_AT_MOST = 5


class DatabaseTrouble(RuntimeError):
    """The database can't be worked with; the text says why and what to do."""


class SchemaUnfit(DatabaseTrouble):
    """The database answers, but its schema isn't the one that this program was written for."""


def check_database() -> None:
    """Make sure, quickly, that the database can be worked with. Raises DatabaseTrouble.

    SchemaUnfit when it answers and is older or newer than the program, or lacks a column.
    """
    with _connected() as connection:
        check_revision(connection, is_upgrading=False)
        _refuse([f"lacks {column}" for column in list_missing_columns(connection)])


def check_schema() -> None:
    """Make sure of the same, and that types, keys, indexes and checks are right too."""
    check_database()
    with _connected() as connection:
        _refuse(list_differences(connection))


def check_revision(connection: Connection, *, is_upgrading: bool) -> None:
    """Make sure that the database is at the newest migration. Raises SchemaUnfit.

    To be upgraded it may be at any that this program knows.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    known = _known_migrations()
    newest = max(known)
    if found is not None and found not in known:
        message = (
            f"This program is older than its database: it knows the migrations up to {newest}, the "
            f"database is at {found}. Install the newer program."
        )
        raise SchemaUnfit(message)
    if found != newest and not is_upgrading:
        message = (
            f"The database is at migration {found or 'zero'}, the program needs {newest}. "
            "Run: flask db upgrade"
        )
        raise SchemaUnfit(message)


@cache
def _known_migrations() -> frozenset[str]:
    scripts = ScriptDirectory(str(Path(__file__).parent)).walk_revisions()
    return frozenset(script.revision for script in scripts)


def _refuse(differences: list[str]) -> None:
    if not differences:
        return
    named = ", ".join(differences[:NAMED_AT_MOST])
    more = len(differences) - NAMED_AT_MOST
    message = (
        f"The database says that it is at the newest migration, but it {named}"
        f"{f', and {more} more' if more > 0 else ''}. With such a schema mails may leave that "
        "nothing records. Put back a backup that was made before somebody changed the schema, or "
        "ask whoever keeps this program."
    )
    raise SchemaUnfit(message)


@contextmanager
def _connected() -> Iterator[Connection]:
    try:
        with db.engine.connect() as connection:
            yield connection
    except OperationalError as error:
        raise DatabaseTrouble(describe(error)) from error


@contextmanager
def naming_trouble() -> Iterator[None]:
    """Raise DatabaseTrouble for what the database can't do in this block."""
    try:
        yield
    except OperationalError as error:
        check_database()
        raise DatabaseTrouble(describe(error)) from error
    except ProgrammingError:  # PostgreSQL's word for a table that isn't there
        check_database()
        raise


def describe(error: OperationalError) -> str:
    """Return one line: the driver's last words are the ones that say why."""
    words = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return (
        f"The database doesn't answer ({words[-1].strip()}). Is SUPPORTERS_DATABASE_URL right, "
        "and does the server run?"
    )
