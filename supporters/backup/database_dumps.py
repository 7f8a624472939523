"""Dumps a database at one moment while the program runs, and loads such a dump into an empty one.

PostgreSQL: pg_dump and pg_restore. SQLite: VACUUM INTO. It asks the tables of the database itself,
because the database may be of an earlier program.
"""

import io
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from supporters import clock
from supporters.backup.backup_manifest import BackupFault
from supporters.backup.tool_processes import PIPE, Tool, read_complaint, running
from supporters.disk_probe import sync, write_whole
from supporters.pooler import NEEDS_THE_SERVER, is_pooled

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DUMP, RESTORE = "pg_dump", "pg_restore"
OF_THE_QUEUE = "huey_"  # jobs are hints: the sweep finds the work again (ADR 002)
PG_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
MIGRATION = "SELECT version_num FROM alembic_version"
FULL = "database or disk is full"
SECRETS = {"sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"}
SERVICE = "supporters"


@dataclass(frozen=True, kw_only=True)
class DatabaseDump:
    """A dump that is being made: when its snapshot began, what it holds, and its bytes."""

    made_at: datetime
    migration: str
    counts: dict[str, int]
    stream: IO[bytes]


def kind_of(url: str) -> str:
    """Return which kind of database an address is of."""
    return SQLITE if url.startswith(SQLITE) else POSTGRESQL


@contextmanager
def dumping(url: str, work: Path) -> Iterator[DatabaseDump]:
    """Dump a database in this block; `work` is a folder for a copy. Raises BackupFault."""
    try:
        if kind_of(url) == SQLITE:
            with _dumping_sqlite(_file_of(url), work) as dump:
                yield dump
        else:
            with _dumping_postgres(url) as dump:
                yield dump
    except (sqlite3.Error, psycopg.Error) as error:
        raise BackupFault(f"The database can't be read ({first_line(error)}).") from error


@contextmanager
def loading(url: str) -> Iterator[IO[bytes]]:
    """Load the dump that this block writes into an empty database: all of it or nothing.

    Raises BackupFault.
    """
    if kind_of(url) == SQLITE:
        with _loading_sqlite(_file_of(url)) as target:
            yield target
    else:
        with _loading_postgres(url) as target:
            yield target


def list_tables(url: str) -> list[str]:
    """Return the tables of a database, but for those of the queue. Raises BackupFault."""
    try:
        if kind_of(url) == SQLITE:
            if not _file_of(url).exists():
                return []
            with closing(_open_sqlite(_file_of(url))) as connection:
                return _names(connection.execute, SQLITE_TABLES)
        with psycopg.connect(_plain(url)) as connected:
            return _names(connected.execute, PG_TABLES)
    except (sqlite3.Error, psycopg.Error) as error:
        raise BackupFault(f"The database doesn't answer ({first_line(error)}).") from error


def count_rows(url: str) -> dict[str, int]:
    """Return the rows of each table of a database. Raises BackupFault."""
    try:
        if kind_of(url) == SQLITE:
            with closing(_open_sqlite(_file_of(url))) as connection:
                return _count(connection.execute, SQLITE_TABLES)
        with psycopg.connect(_plain(url)) as connected:
            return _count(connected.execute, PG_TABLES)
    except (sqlite3.Error, psycopg.Error) as error:
        raise BackupFault(f"The database can't be read ({first_line(error)}).") from error


@contextmanager
def _dumping_sqlite(database: Path, work: Path) -> Iterator[DatabaseDump]:
    copy = work / "database.copy"
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        made_at = clock.now()
        with closing(_open_sqlite(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        with closing(_open_sqlite(copy)) as connection:
            migration = _read_migration(connection.execute)
            counts = _count(connection.execute, SQLITE_TABLES)
        with copy.open("rb") as stream:
            yield DatabaseDump(made_at=made_at, migration=migration, counts=counts, stream=stream)
    finally:
        copy.unlink(missing_ok=True)


@contextmanager
def _dumping_postgres(url: str) -> Iterator[DatabaseDump]:
    """Dump the snapshot whose rows are counted; it ends with this block."""
    with psycopg.connect(_plain(url)) as connection:
        _refuse_pooler(connection)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        snapshot, made_at = _only(
            connection.execute("SELECT pg_export_snapshot(), transaction_timestamp()")
        )
        migration = _read_migration(connection.execute)
        counts = _count(connection.execute, PG_TABLES)
        options = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
        options += [f"--snapshot={snapshot}", f"--exclude-table={OF_THE_QUEUE}*"]
        with _tool_of(DUMP, url, *options, stdout=PIPE) as tool:
            stream = cast(IO[bytes], _WholeOutput(tool))
            yield DatabaseDump(made_at=made_at, migration=migration, counts=counts, stream=stream)


def _refuse_pooler(connection: psycopg.Connection) -> None:
    """Refuse PgBouncer: the tools would empty the search path of its connections for everybody."""
    if is_pooled(connection):
        raise BackupFault(NEEDS_THE_SERVER)
    connection.rollback()


class _WholeOutput(io.RawIOBase):
    """The output of pg_dump. Its end is an end only if pg_dump says that it is whole."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises BackupFault."""
        content = cast(IO[bytes], self._tool.stdout).read(size)
        if not content:
            _end(self._tool, DUMP)
        return content


@contextmanager
def _loading_sqlite(database: Path) -> Iterator[IO[bytes]]:
    fresh = database.with_name(f"{database.name}.restoring")
    try:
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        for each in ("-wal", "-shm"):
            database.with_name(database.name + each).unlink(missing_ok=True)
        fresh.replace(database)
        sync(database.parent)
    except OSError as error:
        message = f"{database} can't be written ({error.strerror}). Nothing was restored."
        raise BackupFault(message) from error
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def _loading_postgres(url: str) -> Iterator[IO[bytes]]:
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    with psycopg.connect(_plain(url)) as connection:
        _refuse_pooler(connection)
    with _tool_of(RESTORE, url, *options, stdin=PIPE) as tool:
        target = cast(IO[bytes], tool.stdin)
        with suppress(BrokenPipeError):
            yield target
            target.close()
        _end(tool, RESTORE)


@contextmanager
def _tool_of(name: str, url: str, *options: str, **streams: int) -> Iterator[Tool]:
    """Run a tool of PostgreSQL for a block. Its command line shows no secret.

    Those that have no variable are in a service file, which is in memory alone.
    """
    parts = conninfo_to_dict(_plain(url))
    variables = dict(os.environ)
    if password := parts.pop("password", None):
        variables["PGPASSWORD"] = str(password)
    secrets = {each: parts.pop(each) for each in SECRETS & {*parts}}
    if secrets and "service" in parts:
        raise BackupFault("The URL of the database names a service: put its secrets there.")
    with os.fdopen(os.memfd_create(SERVICE), "w+b") as file:
        if secrets:
            lines = [f"[{SERVICE}]", *(f"{each}={value}" for each, value in secrets.items()), ""]
            write_whole(file.fileno(), "\n".join(lines).encode())
            variables["PGSERVICEFILE"] = f"/proc/self/fd/{file.fileno()}"
            parts["service"] = SERVICE
        command = [name, *options, f"--dbname={make_conninfo('', **parts)}"]
        running_it = running(
            command,
            package="postgresql-client",
            variables=variables,
            files=[file.fileno()],
            **streams,
        )
        with running_it as tool:
            yield tool


def _end(tool: Tool, name: str) -> None:
    """Wait for a tool whose output was read or whose input was closed. Raises BackupFault."""
    said = read_complaint(tool)
    if tool.returncode:
        lines = [each for each in said.splitlines() if "error" in each] or [said]
        raise BackupFault(f"{name} failed: {lines[0].removeprefix(f'{name}: error: ')}")


def _count(execute: Callable[[str], Any], tables: str) -> dict[str, int]:
    return {
        each: _only(execute(f'SELECT count(*) FROM "{each}"'))[0]  # noqa: S608 - our tables
        for each in _names(execute, tables)
    }


def _names(execute: Callable[[str], Any], tables: str) -> list[str]:
    found = sorted(row[0] for row in execute(tables).fetchall())
    return [each for each in found if not each.startswith(OF_THE_QUEUE)]


def _read_migration(execute: Callable[[str], Any]) -> str:
    try:
        return str(_only(execute(MIGRATION))[0])
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable, TypeError) as error:
        message = "The database is empty: there is nothing to back up. Is SUPPORTERS_DATABASE_URL"
        raise BackupFault(f"{message} right?") from error


def _only(found: Any) -> tuple[Any, ...]:
    return tuple(found.fetchone())


def _open_sqlite(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, isolation_level=None)
    connection.execute("PRAGMA busy_timeout = 10000")
    return connection


def _file_of(url: str) -> Path:
    return Path(url.removeprefix(f"{SQLITE}:///"))


def _plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def first_line(error: Exception) -> str:
    """Return what a driver says, in one line."""
    words = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return f"{words}: make room" if words == FULL else words
