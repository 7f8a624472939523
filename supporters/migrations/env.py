"""Runs the numbered migrations, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from supporters.migrations.state import DatabaseTrouble, describe

db = current_app.extensions["migrate"].db


@contextmanager
def foreign_keys_left_alone(connection: Connection) -> Iterator[None]:
    """Let SQLite make tables anew that others refer to, and look afterwards that all is right.

    The procedure of https://www.sqlite.org/lang_altertable.html#otheralter; PostgreSQL needs none.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
    if broken:
        message = f"The migration broke {len(broken)} references, first in {broken[0][0]}."
        raise DatabaseTrouble(message)


def run_migrations() -> None:
    """Run them in one transaction on the application's database."""
    with db.engine.connect() as connection, foreign_keys_left_alone(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            compare_type=True,
            render_as_batch=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


try:
    run_migrations()
except OperationalError as error:
    raise DatabaseTrouble(describe(error)) from error
