"""Databases at the newest migration, of which most tests begin with a copy."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_migrate import upgrade

from supporters import create_app
from supporters.config import Settings, load_settings
from supporters.database import db
from tests.databases import PostgresServer
from tests.prepared_states import copy_with_owners, make_once
from tests.speedups import memory_folder


def make_databases(shared_folder: Path) -> None:
    """Make an empty database of each kind: most tests begin with a copy of one."""
    make_once(shared_folder / "migrated", make_migrated_sqlite)
    make_once(shared_folder / "postgres", make_migrated_postgres)


def make_migrated_sqlite(folder: Path) -> None:
    """Make a file at the newest migration."""
    migrate(folder, f"sqlite:///{folder / 'supporters.db'}")


def make_migrated_postgres(folder: Path) -> None:
    """Make the data of a server that has a migrated database."""
    with temporary_folder() as data:
        with PostgresServer(data) as server:
            migrate(folder, server.create_database("migrated"))
        copy_with_owners(data, folder / "data")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Return a folder with a short path, for a server's data and its socket."""
    folder = Path(tempfile.mkdtemp(prefix="supporters-pg-", dir=memory_folder()))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def migrate(folder: Path, database_url: str) -> None:
    """Bring an empty database to the newest migration."""
    with create_app(make_settings(folder, database_url, mail_port=9)).app_context():
        upgrade()
        db.engine.dispose()


def make_settings(folder: Path, database_url: str, *, mail_port: int) -> Settings:
    """Return settings as the environment would give them."""
    return load_settings(
        {
            "SUPPORTERS_INSTANCE_DIR": str(folder / "instance"),
            "SUPPORTERS_DATABASE_URL": database_url,
            "SUPPORTERS_BASE_URL": "http://localhost",
            "SUPPORTERS_MAIL_PORT": str(mail_port),
            "SUPPORTERS_SIGNUP_RATE": "0",
        }
    )
