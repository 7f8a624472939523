"""Databases for a trial: made for it, and deleted afterwards."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from supporters.backup.backup_manifest import BackupFault
from supporters.backup.database_dumps import SQLITE, first_line, kind_of

PREFIX = "supporters_scratch_"
STATE = (  # whether any schema has something, and the one that a trial fills
    "SELECT current_schema() IS NULL OR EXISTS"
    " (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
    " n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'), current_schema()"
)
LEFT_OVER = (
    "SELECT datname FROM pg_database d WHERE datname LIKE 'supporters\\_scratch\\_%'"
    " AND pg_get_userbyid(datdba) = current_user"
    " AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)"
)
NOT_ALLOWED = (
    "This user of PostgreSQL may not make a database for the trial. As the administrator of the "
    "server run: createdb --owner={user} --template=template0 --encoding=UTF8 {name}. Then run "
    "this again with: --into postgresql://…/{name}"
)


@contextmanager
def scratch_database(url: str, folder: Path, into: str | None) -> Iterator[str]:
    """Yield the address of an empty database of the same kind, for this block.

    `into` is the address of one that an administrator made; it is empty again afterwards. Raises
    BackupFault.
    """
    if kind_of(url) == SQLITE:
        yield f"sqlite:///{folder / 'scratch.db'}"
    elif into is not None:
        with _emptied(into) as address:
            yield address
    else:
        with _made(url) as address:
            yield address


@contextmanager
def _emptied(into: str) -> Iterator[str]:
    if kind_of(into) == SQLITE:
        raise BackupFault("The address after --into must begin with postgresql://.")
    plain = into.replace("+psycopg", "", 1)
    try:
        with psycopg.connect(plain) as connection:
            found = connection.execute(STATE).fetchone()
    except psycopg.Error as error:
        message = f"The database after --into doesn't answer ({first_line(error)})."
        raise BackupFault(message) from error
    is_filled, schema = found or (True, "")
    if is_filled:
        raise BackupFault("The database after --into isn't empty. Nothing was changed in it.")
    try:
        yield into.replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        emptied = sql.SQL("DROP SCHEMA {0} CASCADE; CREATE SCHEMA {0}")
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(emptied.format(sql.Identifier(schema)))


@contextmanager
def _made(url: str) -> Iterator[str]:
    plain = url.replace("+psycopg", "", 1)
    name = f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
    quoted = sql.Identifier(name)
    with psycopg.connect(plain, autocommit=True) as connection:
        try:
            for (old,) in connection.execute(LEFT_OVER).fetchall():
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(quoted)
            )
        except psycopg.errors.InsufficientPrivilege as error:
            user = connection.info.user
            message = NOT_ALLOWED.format(user=user, name=f"{PREFIX}trial")
            raise BackupFault(message) from error
    scratch = make_url(url).set(database=name).render_as_string(hide_password=False)
    try:
        # A trial of another machine deletes what nobody is connected to.
        with psycopg.connect(scratch.replace("+psycopg", "", 1)):
            yield scratch
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))
