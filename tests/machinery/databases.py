"""Databases at the newest migration, and the settings of an installation that uses one."""

import subprocess
from pathlib import Path

from flask_migrate import upgrade

from supporters import create_app
from supporters.config import Settings, load_settings
from supporters.database import db
from tests.servers.postgres import PostgresServer, temporary_folder


def make_migrated_sqlite(folder: Path) -> None:
    """Make a file at the newest migration."""
    migrate(folder, f"sqlite:///{folder / 'supporters.db'}")


def make_migrated_postgres(folder: Path) -> None:
    """Make the data of a server that has a migrated database."""
    with temporary_folder() as data:
        with PostgresServer(data) as server:
            migrate(folder, server.create_database("migrated"))
        copy_with_owners(data, folder / "data")


def copy_with_owners(source: Path, target: Path) -> None:
    """Copy a folder with the owners of its files: PostgreSQL starts in a folder of its own only."""
    subprocess.run(["cp", "--archive", "--no-target-directory", source, target], check=True)


def migrate(folder: Path, database_url: str) -> None:
    """Bring an empty database to the newest migration."""
    with create_app(make_settings(folder, database_url, mail_port=9)).app_context():
        upgrade()
        db.engine.dispose()


def make_settings(folder: Path, database_url: str, *, mail_port: int) -> Settings:
    """Return settings as the environment would give them."""
    return load_settings(
        {
            "SUPPORTERS_ENV": "development",
            "SUPPORTERS_INSTANCE_DIR": str(folder / "instance"),
            "SUPPORTERS_DATABASE_URL": database_url,
            "SUPPORTERS_BASE_URL": "http://localhost",
            "SUPPORTERS_MAIL_PORT": str(mail_port),
            "SUPPORTERS_SIGNUP_RATE": "0",
            "SUPPORTERS_GRACE_SECONDS": "0",
        }
    )
