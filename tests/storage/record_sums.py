"""Records the SHA-256 of each migration, and of both schemas and the triggers that they make.

    python -m tests.storage.record_sums

adds the sums of new migrations and removes the sums of missing files. It never replaces a sum: a
database that ran the earlier text would not notice the change. Add another migration instead. The
sum of a schema is recorded if comparing it with the models finds no difference.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from supporters import create_app
from supporters.database import db
from supporters.migrations.schema import compare
from supporters.migrations.schema_sums import RECORDED, sum_schema
from supporters.migrations.trigger_sums import RECORDED as TRIGGERS, sum_triggers
from tests.machinery.databases import make_settings, migrate
from tests.servers.postgres import PostgresServer, temporary_folder

VERSIONS = Path(__file__).parents[2] / "supporters" / "migrations" / "versions"
SUMS = VERSIONS.parent / "sums.txt"


class Sums(NamedTuple):
    """The kind of a new database, the sum of its schema, and its triggers with their sums."""

    kind: str
    schema: str
    triggers: list[tuple[str, str]]


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


def sums_of_schemas() -> Iterator[Sums]:
    """Yield the sums of a new database of each kind."""
    with temporary_folder() as folder:
        yield _compare_and_sum(folder, f"sqlite:///{folder}/supporters.db")
    with temporary_folder() as data, temporary_folder() as folder, PostgresServer(data) as server:
        yield _compare_and_sum(folder, server.create_database("migrated"))


def _compare_and_sum(folder: Path, url: str) -> Sums:
    migrate(folder, url)
    app = create_app(make_settings(folder, url, mail_port=9))
    with app.app_context(), db.engine.connect() as connection:
        if differences := compare(connection):
            sys.exit(f"The newest migration differs from the models: {', '.join(differences)}")
        triggers = [*sum_triggers(connection)]
        return Sums(connection.dialect.name, sum_schema(connection), triggers)


def main() -> None:
    """Record the sums of new migrations, and of the schemas."""
    if changed := find_changed():
        sys.exit(
            f"{', '.join(changed)} ran on databases as it was. Put it back, and make a further "
            "migration. (One that never left this branch: delete its line, and run this again.)"
        )
    SUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in sums_of_files().items()))
    RECORDED.write_text("")  # so that nothing passes for compared
    found = [*sums_of_schemas()]
    RECORDED.write_text("".join(f"{each.schema}  {each.kind}\n" for each in found))
    lines = [f"{total}  {each.kind}  {name}" for each in found for name, total in each.triggers]
    TRIGGERS.write_text("".join(f"{line}\n" for line in sorted(lines, key=lambda e: e[66:])))


if __name__ == "__main__":
    main()
