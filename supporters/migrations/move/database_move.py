"""Moves everything from SQLite to PostgreSQL: one table after the other, resumable, compared.

The old file is frozen first, for as long as the move takes, so that nothing written later is lost.
A move that was killed goes on with the next table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from supporters.database import db
from supporters.migrations.move.source_file import Move, SourceFile
from supporters.migrations.move.table_copies import TableReader, copy_rows
from supporters.migrations.move.target_database import Figures, TargetDatabase
from supporters.migrations.state import DatabaseProblem, describe, newest_migration


@dataclass(frozen=True)
class MovedDatabase:
    """Where a move went, and how many tables and rows it has."""

    target: str
    tables: int
    rows: int


@dataclass(frozen=True)
class MoveProgress:
    """How a move tells where it stands: `say` a step, `count` the rows of a table."""

    say: Callable[[str], None]
    count: Callable[[str, int], None]


def find_begun_move(database_url: str) -> Move | None:
    """Return the move of this database that was begun. Raises DatabaseProblem for PostgreSQL."""
    if not database_url.startswith("sqlite"):
        raise DatabaseProblem("Only an SQLite database can be moved. This one is PostgreSQL.")
    return SourceFile(database_url).find_move()


def undo_move(database_url: str) -> None:
    """Let the program use the old file again. Raises DatabaseProblem if the move has ended."""
    move = find_begun_move(database_url)
    if move is None:
        raise DatabaseProblem("Nothing was changed: no move of this database was begun.")
    if move.has_ended:
        raise DatabaseProblem(
            f"Nothing was changed: this database has moved to {move.target}, which may know more."
        )
    SourceFile(database_url).undo()


class DatabaseMove:
    """The move of one database to another."""

    def __init__(self, database_url: str, target_url: str, progress: MoveProgress) -> None:
        self._source, self._target = SourceFile(database_url), TargetDatabase(target_url)
        self._say = progress.say
        self._reader = TableReader(progress.count)

    def run(self, faults: Sequence[Figures]) -> MovedDatabase:
        """Move everything, or go on with it. Raises DatabaseProblem.

        `faults` are those of the verification of the old database: the new one may have them.
        """
        db.session.close()
        db.engine.dispose()
        try:
            with self._target.alone():
                return self._run(faults)
        except OperationalError as error:
            raise DatabaseProblem(describe(error)) from error
        finally:
            self._target.engine.dispose()

    def _run(self, faults: Sequence[Figures]) -> MovedDatabase:
        move = self._source.find_move()
        self._target.refuse_others_rows(move)
        move = move or self._source.begin(self._target.name)
        if not move.has_ended:
            self._target.prepare(move, faults)
            self._copy()
            self._say("All tables are copied. Their foreign keys, triggers and sequences follow.")
            self._target.complete(self._source.find_highest())
        moved = self._compare()
        self._say("All sealed records are verified now.")
        if new := self._target.list_new_faults():
            raise DatabaseProblem(
                f"The verification of {moved.target} finds {len(new)} faults that the old database "
                f"didn't have, first: {new[0]}. Nothing uses it yet. To use the old one again: "
                "flask db move --undo"
            )
        self._source.end()
        self._target.end(newest_migration())
        return moved

    def _copy(self) -> None:
        copied, tables = self._target.find_copied(), db.metadata.sorted_tables
        if copied:
            self._say(f"Going on: {len(copied)} of {len(tables)} tables are copied already.")
        with self._source.reading() as reading:
            for table in tables:
                if table.name in copied:
                    continue
                with self._target.engine.begin() as writing:
                    count, total = copy_rows(table, self._reader.read(reading, table), writing)
                    row = text("INSERT INTO database_move_table VALUES (:name, :rows, :sum)")
                    writing.execute(row, {"name": table.name, "rows": count, "sum": total})
                reading.rollback()

    def _compare(self) -> MovedDatabase:
        """Compare what PostgreSQL stores with what was read. Raises DatabaseProblem."""
        copied, name = self._target.find_copied(), self._target.name
        self._say("The rows of both databases are compared.")
        with self._target.engine.connect() as reading:
            for table in db.metadata.sorted_tables:
                found, wanted = self._reader.sum_rows(reading, table), copied[table.name]
                if found != wanted:
                    raise DatabaseProblem(
                        f"{table.name} has {found[0]} rows in {name}, and {wanted[0]} in the old "
                        "database, or other ones. Nothing uses the new database yet."
                    )
                reading.rollback()
        return MovedDatabase(name, len(copied), sum(rows for rows, _ in copied.values()))
