"""Tells whether the database answers and is at the newest migration, in words for an operator."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError, ProgrammingError

from supporters.database import db


class DatabaseTrouble(RuntimeError):
    """The database is out of reach, or not at the newest migration; the text says what to do."""


def check_database() -> None:
    """Make sure that the database can be worked with. Raises DatabaseTrouble."""
    try:
        with db.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise DatabaseTrouble(describe(error)) from error
    newest = find_newest()
    if found != newest:
        message = (
            f"The database is at migration {found or 'zero'}, the program needs {newest}. "
            "Run: flask db upgrade"
        )
        raise DatabaseTrouble(message)


@cache
def find_newest() -> str | None:
    """Return the migration that this program needs."""
    return ScriptDirectory(str(Path(__file__).parent)).get_current_head()


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
