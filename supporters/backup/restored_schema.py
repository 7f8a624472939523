"""Brings a restored database to the newest migration, and checks that this program can use it."""

from alembic import command
from flask import current_app

from supporters.backup.backup_manifest import BackupFault
from supporters.migrations.state import DatabaseProblem, check_schema
from supporters.people.data_keys import can_open_data_keys


def bring_up_to_date() -> None:
    """Migrate the database of the application, and check it. Raises BackupFault."""
    try:
        command.upgrade(current_app.extensions["migrate"].migrate.get_config(), "head")
        check_schema()
    except DatabaseProblem as problem:
        message = f"The backup is loaded, but this program can't go on with it. {problem}"
        raise BackupFault(message) from problem
    if not can_open_data_keys():
        message = "The backup is loaded, but no secret key opens its data keys. See: flask doctor"
        raise BackupFault(message)
