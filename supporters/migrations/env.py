"""Runs the numbered migrations on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, RevisionStep
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from supporters.migrations.losses import refuse_beside_workers, refuse_to_lose
from supporters.migrations.schema import is_ours
from supporters.migrations.state import DatabaseProblem, check_revision, describe

Plan = Callable[..., Iterable[RevisionStep]]

db = current_app.extensions["migrate"].db


@contextmanager
def foreign_keys_left_alone(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables that others refer to, and check all references afterwards.

    This is the procedure of https://www.sqlite.org/lang_altertable.html#otheralter. PostgreSQL
    doesn't need it.
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
        raise DatabaseProblem(message)


def with_care(plan: Plan) -> Plan:
    """Return the plan of a command with checks that may refuse it before its first step."""

    def checked(heads: Any, migrations: MigrationContext) -> list[RevisionStep]:
        connection = migrations.connection
        if connection is None:
            return [*plan(heads, migrations)]
        check_revision(connection, is_upgrading=True)
        steps = [*plan(heads, migrations)]
        if undone := [str(step.revision.revision) for step in steps if step.is_downgrade]:
            refuse_beside_workers(connection)
            refuse_to_lose(connection, undone)
        return steps

    return checked


def run_migrations() -> None:
    """Run the migrations on the database of the application."""
    # On SQLite each step takes the right to write before it reads. Otherwise it fails at once if
    # somebody wrote between the two, such as a page that still runs.
    waiting = db.engine.execution_options(is_patient=True)
    with waiting.connect() as connection, foreign_keys_left_alone(connection):
        options = {
            "connection": connection,
            "target_metadata": db.metadata,
            "compare_type": True,
            "include_name": is_ours,
            "render_as_batch": True,
            "transaction_per_migration": True,
        }
        context.configure(**options)
        plan: Plan = context.get_context().opts["fn"]
        context.configure(**options, fn=with_care(plan))
        with context.begin_transaction():
            context.run_migrations()


try:
    run_migrations()
except OperationalError as error:
    raise DatabaseProblem(describe(error)) from error
