"""Runs the numbered migrations on SQLite and PostgreSQL."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, RevisionStep
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.extensions import current_encryptor
from supporters.migrations.losses import refuse_beside_workers, refuse_to_lose
from supporters.migrations.schema import is_ours
from supporters.migrations.state import DatabaseProblem, check_made, check_revision, describe
from supporters.migrations.unreleased import NotCarriedOver, carry_over, is_unreleased

Plan = Callable[..., Iterable[RevisionStep]]

db = current_app.extensions["migrate"].db
# The first migration calls the encryption of the data keys so, and never changes.
current_app.extensions["sealer"] = SimpleNamespace(seal=current_encryptor().encrypt)


@contextmanager
def foreign_keys_left_alone(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables that others refer to: `check_references` is for afterwards.

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
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def check_references(connection: Connection) -> None:
    """Check all references of SQLite, which a rebuilt table may have broken."""
    if connection.dialect.name != "sqlite":
        return
    if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
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
            if not context.config.attributes.get("is_copy"):
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
        configure = partial(
            context.configure,
            connection=connection,
            target_metadata=db.metadata,
            compare_type=True,
            include_name=is_ours,
            render_as_batch=True,
        )
        configure()
        plan: Plan = context.get_context().opts["fn"]
        carried = carry_over_once(connection) if plan.__name__ == "upgrade" else None
        # All steps or none: after a fault or a kill in the middle the database is as it was.
        with connection.begin():
            configure(fn=with_care(plan))
            context.run_migrations()
            check_references(connection)
            if plan.__name__ == "upgrade":
                check_made(connection)
    if carried is not None:
        check_carried(carried)


def carry_over_once(connection: Connection) -> int | None:
    """Carry the database of an unreleased program over; return its number of rows, if it is one."""
    if is_unreleased(connection):
        refuse_beside_workers(connection)
    try:
        return carry_over(connection)
    except NotCarriedOver as problem:
        raise DatabaseProblem(str(problem)) from problem


def check_carried(rows: int) -> None:
    """Verify all sealed records of a database that was carried over."""
    sys.stderr.write(f"The tables have the names of the first release now; {rows} rows.\n")
    faults = verify(clock.now()).faults
    if faults:
        message = (
            f"The database is carried over. The verification of the consent log finds {len(faults)}"
            f" faults, first: {faults[0]}. Renaming tables makes none: restore the backup, and run "
            "flask consent verify with the program before."
        )
        raise DatabaseProblem(message)
    sys.stderr.write("All sealed records were verified: no faults.\n")


try:
    run_migrations()
except OperationalError as error:
    raise DatabaseProblem(describe(error)) from error
