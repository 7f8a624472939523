"""Brings a restored database to the newest migration, and checks that this program can use it."""

from typing import cast

from alembic import command
from alembic.config import Config
from flask import current_app

from supporters.backup.backup_manifest import BackupFault
from supporters.migrations.state import DatabaseProblem, check_schema
from supporters.people.data_keys import can_open_data_keys

IS_COPY = "is_copy"  # of a database: the workers that it has seen don't use it


def bring_up_to_date() -> None:
    """Migrate the database of the application, and check it. Raises BackupFault."""
    try:
        migrate()
        check_schema()
    except DatabaseProblem as problem:
        message = f"The backup is loaded, but this program can't go on with it. {problem}"
        raise BackupFault(message) from problem
    if not can_open_data_keys():
        message = "The backup is loaded, but no secret key opens its data keys. See: flask doctor"
        raise BackupFault(message)


def migrate() -> None:
    """Migrate the database of the application to the newest migration. Raises DatabaseProblem."""
    command.upgrade(_config(), "head")


def undo_migrations(before: str, *, is_copy: bool = False) -> None:
    """Undo the migrations after this one. Raises DatabaseProblem if that would lose something."""
    config = _config()
    config.attributes[IS_COPY] = is_copy
    command.downgrade(config, before)


def _config() -> Config:
    return cast(Config, current_app.extensions["migrate"].migrate.get_config())
