"""Runs the numbered migrations, on SQLite and PostgreSQL alike."""

from alembic import context
from flask import current_app
from sqlalchemy.exc import OperationalError

from supporters.migrations.state import DatabaseTrouble, describe

db = current_app.extensions["migrate"].db


def run_migrations() -> None:
    """Run them in one transaction on the application's database."""
    with db.engine.connect() as connection:
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
