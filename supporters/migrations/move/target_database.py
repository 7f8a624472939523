"""The PostgreSQL database that the rows move to.

It is of no use to the program until the move ends: its migration is called "moving" until then. Its
triggers would count the people a second time, and its foreign keys check each row as it comes, so
both are away while the tables are filled.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, inspect, text

from supporters.database import db
from supporters.dialects import prepare_postgres
from supporters.locks import Lock
from supporters.migrations.move.source_file import Move
from supporters.migrations.schema import list_differences
from supporters.migrations.state import MOVING, DatabaseProblem

Figures = Mapping[str, str | int | None]
URL, QUEUE = "SUPPORTERS_DATABASE_URL", "SUPPORTERS_QUEUE_URL"
UTC_TIMES = {"options": "-c timezone=utc", "connect_timeout": 10}
OURS = ("database_move", "database_move_table", "database_move_key")
KEYS = """
CREATE TABLE database_move_key AS
SELECT conrelid::regclass::text AS place, conname::text AS name, pg_get_constraintdef(oid) AS words
FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""
SEQUENCES = """
SELECT a.attrelid::regclass::text, a.attname, s.oid::regclass::text
FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass
  AND d.deptype IN ('a', 'i')
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S' AND s.relnamespace = current_schema()::regnamespace
"""


class TargetDatabase:
    """A database of PostgreSQL by its URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(
            url, connect_args=UTC_TIMES, hide_parameters=True, isolation_level="READ COMMITTED"
        )
        prepare_postgres(self.engine)

    @property
    def name(self) -> str:
        """Its place, without a password."""
        plain = self.engine.url
        return f"{plain.host or 'this machine'}/{plain.database}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one program at a time move rows there. Raises DatabaseProblem."""
        with self.engine.connect() as connection:
            if not Lock.DATABASE_MOVE.is_taken_by(connection):
                raise DatabaseProblem(f"Another flask db move fills {self.name} at this moment.")
            yield

    def refuse_others_rows(self, move: Move | None) -> None:
        """Refuse a database that isn't empty, unless this move has filled it. Raises it, too."""
        with self.engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            found = text("SELECT id FROM database_move")
            if move and "database_move" in tables and connection.scalar(found) == move.id:
                return
        if move and (move.has_ended or move.target != self.name):
            what = "has" if move.has_ended else "is being"
            raise DatabaseProblem(
                f"Nothing was changed: this database {what} moved to {move.target}."
            )
        if not tables:
            return
        raise DatabaseProblem(
            f"Nothing was changed: {self.name} isn't empty, and no move of this database filled "
            "it. Give an empty database."
        )

    def is_prepared(self) -> bool:
        """Tell whether its tables can be filled."""
        with self.engine.connect() as connection:
            if "database_move" not in inspect(connection).get_table_names():
                return False
            return bool(connection.scalar(text("SELECT is_prepared FROM database_move")))

    def prepare(self, move: Move, faults: Sequence[Figures]) -> None:
        """Make all tables, empty, without triggers and foreign keys. It goes on where it was."""
        if not self.is_prepared():
            with self.engine.begin() as connection:
                made = "CREATE TABLE IF NOT EXISTS database_move (id text, faults text, "
                connection.execute(text(f"{made}is_prepared boolean)"))
                connection.execute(text("DELETE FROM database_move"))
                values = {"id": move.id, "faults": json.dumps([*faults])}
                row = "INSERT INTO database_move VALUES (:id, :faults, false)"
                connection.execute(text(row), values)
            self._run_flask("db", "upgrade")
            with self.engine.begin() as connection:
                self._empty(connection)

    def _empty(self, connection: Connection) -> None:
        names = ", ".join(db.metadata.tables)
        for each in db.metadata.tables:
            connection.execute(text(f"ALTER TABLE {each} DISABLE TRIGGER USER"))
        connection.execute(text(KEYS))
        for place, name, _ in connection.execute(text("SELECT * FROM database_move_key")).all():
            connection.execute(text(f"ALTER TABLE {place} DROP CONSTRAINT {name}"))
        connection.execute(text(f"TRUNCATE {names}"))
        made = "CREATE TABLE database_move_table (name text PRIMARY KEY, rows bigint, sum numeric)"
        connection.execute(text(made))
        connection.execute(text("UPDATE alembic_version SET version_num = :name"), {"name": MOVING})
        connection.execute(text("UPDATE database_move SET is_prepared = true"))

    def find_copied(self) -> dict[str, tuple[int, int]]:
        """Return the tables that are copied, with their rows and the sum of them."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT name, rows, sum FROM database_move_table"))
            return {name: (count, int(total)) for name, count, total in rows}

    def complete(self, highest: Mapping[str, int]) -> None:
        """Give the filled tables their foreign keys, triggers and sequences. Raises its fault.

        `highest` has the highest number that a table ever gave: it gives none a second time.
        """
        with self.engine.begin() as connection:
            for key in connection.execute(text("SELECT * FROM database_move_key")).all():
                order = f"ALTER TABLE {key.place} ADD CONSTRAINT {key.name} {key.words}"
                connection.execute(text(order))
            connection.execute(text("DELETE FROM database_move_key"))
            for each in db.metadata.tables:
                connection.execute(text(f"ALTER TABLE {each} ENABLE TRIGGER USER"))
            for table, column, sequence in connection.execute(text(SEQUENCES)).all():
                newest = f"SELECT max({column}) FROM {table}"  # noqa: S608 - names of the catalog
                setting = text(f"SELECT setval('{sequence}', greatest(({newest}), :highest))")
                connection.execute(setting, {"highest": highest.get(table)})
            connection.execute(text("ANALYZE"))
            if differences := list_differences(connection):
                raise DatabaseProblem(f"The new database {differences[0]}. Its move didn't end.")

    def list_new_faults(self) -> list[str]:
        """Verify all sealed records; return the faults that the old database didn't have."""
        with self.engine.connect() as connection:
            known = json.loads(connection.scalar(text("SELECT faults FROM database_move")) or "[]")
        figures = json.loads(self._run_flask("consent", "verify", "--json", may_fail=True))
        return [
            "{table} {row}: {what}".format(**each)
            for each in figures["findings"]
            if each not in known
        ]

    def end(self, newest: str) -> None:
        """Let the program use this database."""
        with self.engine.begin() as connection:
            connection.execute(text(f"DROP TABLE IF EXISTS {', '.join(OURS)}"))
            to = text("UPDATE alembic_version SET version_num = :newest WHERE version_num = :name")
            connection.execute(to, {"newest": newest, "name": MOVING})

    def _run_flask(self, *arguments: str, may_fail: bool = False) -> str:
        """Run one of our commands on this database; return its output. Raises DatabaseProblem."""
        command = [sys.executable, "-m", "flask", *arguments]
        variables = variables_of(os.environ, self.url)
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        if done.returncode and not may_fail:
            last = (done.stderr.strip().splitlines() or ["It said nothing."])[-1]
            raise DatabaseProblem(f"flask {' '.join(arguments)} failed on {self.name}: {last}")
        return done.stdout


def variables_of(others: Mapping[str, str], url: str) -> dict[str, str]:
    """Return the environment of a program that uses a database, and the queue beside it."""
    return {**others, URL: url, QUEUE: url.replace("postgresql+psycopg:", "postgresql:", 1)}
