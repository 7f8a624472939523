"""Checks that the program can use the database, and describes problems for an operator.

The database must answer, have the newest migration, and have the columns that the program needs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import OperationalError, ProgrammingError

from supporters.database import db
from supporters.dialects import EncodingUnfit
from supporters.extensions import current_settings
from supporters.migrations.schema import UNKNOWN, list_differences, list_missing_columns
from supporters.migrations.training_mark import has_mark
from supporters.migrations.unreleased import is_unreleased
from supporters.migrations.upgrade_mark import describe_mark
from supporters.pooler import find_pooler_fault
from supporters.settings.moved_database import DatabaseMoved

NAMED_AT_MOST = 5
MOVE = "database_move"  # the table of a database that `flask db move` has begun to fill
MOVING = "moving"  # the migration of a database that `flask db move` fills
SIGNS_OF_WORK = ("machine.json", "consent-log/heads.jsonl", "rights/journal.jsonl")
FULL = ("disk is full", "No space left on device")  # SQLite, PostgreSQL
LOCKED = "is locked"  # SQLite
CHECKED = "pooler_checked"
REFUSED_OPTIONS = "unsupported startup parameter in options"  # PgBouncer
OTHERS_IN_THE_WAY = ("40P01", "40001", "55P03", "57014")  # deadlock, conflict, both time-outs


class DatabaseProblem(RuntimeError):
    """The program can't use the database; the text says why and what to do."""


class SchemaUnfit(DatabaseProblem):
    """The database answers, but it doesn't have the schema that this program needs."""


def check_database() -> None:
    """Check, fast, that the program can use the database. Raises DatabaseProblem.

    Raises SchemaUnfit if the database is older or newer than the program, or lacks a column, and
    if a training has the party's database, or the party a training's.
    """
    with _connected() as connection:
        _check_mark(connection)
        check_revision(connection, is_upgrading=False)
        _refuse([f"lacks {column}" for column in list_missing_columns(connection)])
    _check_pooler()


def _check_pooler() -> None:
    """Refuse a PgBouncer that mixes up what its clients do, once for each process."""
    if CHECKED not in current_app.extensions:
        if fault := find_pooler_fault(db.engine):
            raise SchemaUnfit(fault)
        current_app.extensions[CHECKED] = True


def check_schema() -> None:
    """Check the same, and also types, keys, indexes and checks."""
    check_database()
    with _connected() as connection:
        _refuse_differences(connection)


def check_made(connection: Connection) -> None:
    """Check what migrations to the newest one made, before it is stored. Raises SchemaUnfit."""
    if read_revision(connection) == newest_migration():
        _refuse_differences(connection)


def goes_with(found: str | None, newest: str | None = None) -> bool:
    """Tell whether the program of a migration can use a database at a later, unknown one.

    Those with a number after the dot, such as 0018.1, let the program of 0018 go on (ADR 128).
    """
    ours = newest or newest_migration()
    return found is not None and found > ours and _number_of(found) == _number_of(ours)


def _number_of(migration: str) -> str:
    return migration.partition(".")[0]


def read_revision(connection: Connection) -> str | None:
    """Return the migration of the database; None if it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def check_revision(connection: Connection, *, is_upgrading: bool) -> None:
    """Check that the database has the newest migration. Raises SchemaUnfit.

    For an upgrade it may have any migration that this program knows.
    """
    found = read_revision(connection)
    known = known_migrations()
    newest = newest_migration()
    is_target = inspect(connection).has_table(MOVE)
    if found == MOVING or (is_target and not is_upgrading):  # it has this table before any other
        message = (
            "The rows of another database are being moved to this one, which isn't complete. Go on "
            "with the settings of the other one: flask db move URL"
        )
        raise SchemaUnfit(message)
    is_empty = found is None and not is_unreleased(connection)
    if is_empty and not is_target:
        _refuse_empty()
    if found is not None and found not in known and is_unreleased(connection):
        message = (
            "The database is of a program before the first release, the program needs "
            f"{newest}. Run: flask db upgrade"
        )
        raise SchemaUnfit(message)
    if not is_upgrading and goes_with(found):
        return
    if found is not None and found not in known:
        message = (
            f"This program is older than its database: it knows the migrations up to {newest}, the "
            f"database has {found}. Install the newer program. {describe_mark(_folder())}"
        ).strip()
        raise SchemaUnfit(message)
    if found != newest and not is_upgrading:
        message = (
            f"The database is at migration {found or 'zero'}, the program needs {newest}. "
            "Run: flask db upgrade"
        )
        raise SchemaUnfit(message)


def _refuse_empty() -> None:
    """Refuse an empty database where this machine has worked with another one."""
    folder = _folder()
    if found := next((each for each in SIGNS_OF_WORK if (folder / each).exists()), None):
        message = (
            f"The database is empty, but this machine has worked before: {folder} has {found}. Is "
            "SUPPORTERS_DATABASE_URL right, and is its disk there? To put a backup back: flask "
            "restore. To begin anew on purpose, give it another instance folder."
        )
        raise SchemaUnfit(message)


def _folder() -> Path:
    return current_settings().instance_dir


def _check_mark(connection: Connection) -> None:
    is_training = current_settings().is_training
    if has_mark(connection) == is_training:
        return
    whose = "the party’s own, and this is a training" if is_training else "that of a training"
    raise SchemaUnfit(f"The database is {whose}. Give each installation its own database.")


def newest_migration() -> str:
    """Return the migration that the program needs."""
    return max(known_migrations())


@cache
def known_migrations() -> frozenset[str]:
    """Return the numbers of the migrations that this program knows."""
    scripts = ScriptDirectory(str(Path(__file__).parent)).walk_revisions()
    return frozenset(script.revision for script in scripts)


def _refuse_differences(connection: Connection) -> None:
    """Refuse a schema that differs. It may have more, by later migrations."""
    is_later = goes_with(read_revision(connection))
    found = list_differences(connection)
    _refuse([each for each in found if not (is_later and each.startswith(UNKNOWN))])


def _refuse(differences: list[str]) -> None:
    if not differences:
        return
    named = ", ".join(differences[:NAMED_AT_MOST])
    more = len(differences) - NAMED_AT_MOST
    message = (
        f"The database has the newest migration, but it {named}"
        f"{f', and {more} more' if more > 0 else ''}. With this schema, emails could be sent "
        "without a record. Restore a backup from before the schema was changed, or ask the "
        "developers of this program."
    )
    raise SchemaUnfit(message)


@contextmanager
def _connected() -> Iterator[Connection]:
    try:
        with db.engine.connect() as connection:
            yield connection
    except OperationalError as error:
        raise DatabaseProblem(describe(error)) from error


@contextmanager
def describing_problems() -> Iterator[None]:
    """Turn the errors of the database in this block into DatabaseProblem."""
    try:
        yield
    except OperationalError as error:
        check_database()
        raise DatabaseProblem(describe(error)) from error
    except ProgrammingError:  # PostgreSQL raises it for a missing table
        check_database()
        raise


def describe(error: OperationalError) -> str:
    """Return one line. The last line of the driver's message has the reason."""
    words = (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[-1].strip()
    if isinstance(error.orig, DatabaseMoved | EncodingUnfit):
        return words
    if REFUSED_OPTIONS in words:
        return (
            "PgBouncer refuses our connections. Set there: ignore_startup_parameters = options. "
            "See “PostgreSQL” in docs/operators.md."
        )
    if any(each in words for each in FULL):
        return (
            f"The disk of the database is full ({words}). The step that was under way was undone: "
            "nothing was changed. Make room, and run this again."
        )
    if LOCKED in words or getattr(error.orig, "sqlstate", None) in OTHERS_IN_THE_WAY:
        return (
            f"Another program uses the database at this moment ({words}). The step that was under "
            "way was undone. Stop the worker and the pages, and run this again."
        )
    return (
        f"The database doesn't answer ({words}). Is SUPPORTERS_DATABASE_URL right, and does the "
        "server run?"
    )
