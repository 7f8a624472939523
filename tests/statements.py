"""Collects the SQL statements, so that a test can limit their number."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from supporters.database import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that are sent to the database, as SQLAlchemy sees them.

    SQLite begins by a statement of ours, which counts; PostgreSQL by its driver.
    """
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
