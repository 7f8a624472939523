"""The SQLite file that is moved: nobody has it open when it gets its mark, or opens it afterwards.

The end of the write-ahead log needs the file for one program alone. So it finds every process that
has the file open, also one that this program doesn't know.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine

from supporters import clock
from supporters.migrations.state import DatabaseProblem
from supporters.settings.moved_database import MARK, SQLITE

WAIT_SECONDS = 3
NEW_TABLE = """
CREATE TABLE database_move (
  id TEXT NOT NULL PRIMARY KEY, target TEXT NOT NULL, begun_at TEXT NOT NULL, ended_at TEXT
)
"""


@dataclass(frozen=True)
class Move:
    """A move that was begun: its random name, where the rows go, and whether it ended."""

    id: str
    target: str
    has_ended: bool


class SourceFile:
    """An SQLite database by its file."""

    def __init__(self, database_url: str) -> None:
        self.path = Path(database_url.removeprefix(SQLITE))

    def find_move(self) -> Move | None:
        """Return the move that was begun; None if there is none."""
        with self._opened() as file:
            if file.execute("PRAGMA application_id").fetchone()[0] != MARK:
                return None
            row = file.execute("SELECT id, target, ended_at FROM database_move").fetchone()
            return Move(row[0], row[1], has_ended=row[2] is not None)

    def find_highest(self) -> dict[str, int]:
        """Return the highest number that each table gave to a row, where SQLite keeps it."""
        with self._opened() as file:
            return dict(file.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def begin(self, target: str) -> Move:
        """Mark the file, so that nobody writes to it any more. Raises DatabaseProblem."""
        move = Move(secrets.token_hex(16), target, has_ended=False)
        with self._alone() as file:
            file.execute(NEW_TABLE)
            row = "INSERT INTO database_move VALUES (?, ?, ?, NULL)"
            file.execute(row, (move.id, target, _now()))
            file.execute(f"PRAGMA application_id = {MARK}")
        return move

    def end(self) -> None:
        """Write down that all rows are in their new place."""
        with self._alone() as file:
            row = "UPDATE database_move SET ended_at = coalesce(ended_at, ?)"
            file.execute(row, (_now(),))

    def undo(self) -> None:
        """Take the mark away: the program uses this file again. Raises DatabaseProblem."""
        with self._alone() as file:
            file.execute("DROP TABLE database_move")
            file.execute("PRAGMA application_id = 0")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open the marked file to read its tables."""
        place = f"{self.path.absolute().as_uri()}?mode=ro"
        engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(place, uri=True))
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        with closing(connection) as file:
            yield file

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        """Change the file in a transaction, while no other process has it open."""
        with self._opened() as file:
            try:
                file.execute("PRAGMA journal_mode = DELETE")
                file.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise DatabaseProblem(self._describe_users(error)) from error
            with file:
                yield file
                file.execute("COMMIT")

    def _describe_users(self, error: sqlite3.OperationalError) -> str:
        users = ", ".join(list_users(self.path)) or f"another program ({error})"
        return (
            f"Nothing was changed: {self.path} is in use by {users}. Stop the worker and the "
            "pages, and run this again."
        )


def _now() -> str:
    return f"{clock.now():%Y-%m-%d %H:%M} UTC"


def list_users(path: Path) -> list[str]:
    """Return the other processes that have a file open, by name and number (Linux)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended, or belongs to another user
            opened = {str(each.readlink()) for each in (process / "fd").iterdir()}
            if str(path.resolve()) in opened and process.name != str(os.getpid()):
                found.append(f"{(process / 'comm').read_text().strip()} ({process.name})")
    return sorted(found)
