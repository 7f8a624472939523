"""The mark of an SQLite file whose rows move to PostgreSQL: nobody may use it any more (ADR 122).

SQLite keeps a number for the program that owns a file (https://sqlite.org/pragma.html, application
id). Copies and backups of the file have it too.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

MARK = 0x4D4F_5645  # "MOVE"
SQLITE = "sqlite:///"


class DatabaseMoved(sqlite3.OperationalError):
    """Nobody may use this file any more; the text says why, and what to do."""


def find_move(connection: sqlite3.Connection) -> str | None:
    """Return why nobody may use a file, and what to do; None if its rows aren't moved."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != MARK:
        return None
    target, ended_at = connection.execute("SELECT target, ended_at FROM database_move").fetchone()
    if ended_at:
        return (
            f"This database has moved to {target}, at {ended_at}. Set SUPPORTERS_DATABASE_URL to "
            "its new place, and leave this file alone."
        )
    return (
        f"This database is being moved to {target}, and nothing may write to it meanwhile. Go on "
        "with: flask db move URL. Or use this one again, with: flask db move --undo"
    )


def find_move_of(database_url: str) -> str | None:
    """Return the same for the file that a URL names; None if it names no file that exists."""
    path = Path(database_url.removeprefix(SQLITE))
    if not database_url.startswith(SQLITE) or not path.is_file():
        return None
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            return find_move(connection)
        except sqlite3.OperationalError:  # without its write-ahead log it can't be read so
            return None
