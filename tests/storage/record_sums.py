"""Records the SHA-256 of each migration and of both schemas that they make.

    python -m tests.storage.record_sums

adds the sums of new migrations and removes the sums of missing files. It never replaces a sum: a
database that ran the earlier text would not notice the change. Add another migration instead. The
sum of a schema is recorded if comparing it with the models finds no difference.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from supporters import create_app
from supporters.database import db
from supporters.migrations.schema import compare
from supporters.migrations.schema_sums import RECORDED, sum_schema
from tests.machinery.databases import PostgresServer, make_settings, migrate, temporary_folder

VERSIONS = Path(__file__).parents[2] / "supporters" / "migrations" / "versions"
SUMS = VERSIONS.parent / "sums.txt"


def sums_of_files() -> dict[str, str]:
    """Return the sum of each migration by file name."""
    files = sorted(VERSIONS.glob("*.py"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def recorded_sums() -> dict[str, str]:
    """Return the recorded sums by file name."""
    lines = (line.split() for line in SUMS.read_text().splitlines())
    return {name: digest for digest, name in lines}


def find_changed() -> list[str]:
    """Return the migrations that differ from their recorded sum."""
    recorded = recorded_sums()
    return [
        name for name, digest in sums_of_files().items() if recorded.get(name, digest) != digest
    ]


def sums_of_schemas() -> Iterator[tuple[str, str]]:
    """Yield the sum of a new database of each kind, and its kind."""
    with temporary_folder() as folder:
        yield _compare_and_sum(folder, f"sqlite:///{folder}/supporters.db"), "sqlite"
    with temporary_folder() as data, temporary_folder() as folder, PostgresServer(data) as server:
        yield _compare_and_sum(folder, server.create_database("migrated")), "postgresql"


def _compare_and_sum(folder: Path, url: str) -> str:
    migrate(folder, url)
    app = create_app(make_settings(folder, url, mail_port=9))
    with app.app_context(), db.engine.connect() as connection:
        if differences := compare(connection):
            sys.exit(f"The newest migration differs from the models: {', '.join(differences)}")
        return sum_schema(connection)


def main() -> None:
    """Record the sums of new migrations, and of the schemas."""
    if changed := find_changed():
        sys.exit(
            f"{', '.join(changed)} ran on databases as it was. Put it back, and make a further "
            "migration. (One that never left this branch: delete its line, and run this again.)"
        )
    SUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in sums_of_files().items()))
    RECORDED.write_text("")  # so that nothing passes for compared
    RECORDED.write_text("".join(f"{digest}  {kind}\n" for digest, kind in sums_of_schemas()))


if __name__ == "__main__":
    main()
