"""Collects the SQL statements, so that a test can limit their number."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from supporters.database import db
from supporters.fast_path.prepared_statements import Call
from supporters.fast_path.round_trips import calls_sent


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that are sent to the database: by sessions, and in trips.

    SQLite begins by a statement of ours, which counts; PostgreSQL by its driver. The parts of a
    call count one by one, as SQLite runs them.
    """
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    def note_trip(_sender: object, calls: list[Call]) -> None:
        said.extend(part.compiled_for("sqlite").text for call in calls for part in call.statements)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with calls_sent.connected_to(note_trip):
            yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
