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
from supporters.backup.database_dumps import SQLITE, kind_of, list_tables

PREFIX = "supporters_scratch_"
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
    if list_tables(into):
        raise BackupFault("The database after --into isn't empty. Nothing was changed in it.")
    try:
        yield into.replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        with psycopg.connect(into.replace("+psycopg", "", 1), autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")


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
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))
