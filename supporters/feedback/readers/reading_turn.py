"""The turn to read a mailbox: one process of all machines has it (ADR 111).

Two would read the same emails. Nothing would happen twice, but each would do the other's work.
"""

import fcntl
import os
from typing import Self

from sqlalchemy import Connection, text

from supporters.database import db
from supporters.extensions import current_settings
from supporters.locks import Lock


class ReadingTurn:
    """Keeps the turn until the end of a `with` block, or until the connection is lost.

    PostgreSQL has a lock for it, SQLite a file: that serves one machine anyway.
    """

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.give_up()

    def take(self) -> bool:
        """Tell whether this process has the turn, or just got it. Raises DatabaseUnavailable."""
        if db.engine.dialect.name == "postgresql":
            return self._take_lock()
        if self._file == -1:
            path = current_settings().instance_dir / "feedback.lock"
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                return False
            self._file = file
        return True

    def _take_lock(self) -> bool:
        if self._connection is not None:
            self._connection.execute(text("SELECT 1"))  # raises if it is lost
            return True
        connection = db.engine.connect()
        if Lock.FEEDBACK_READER.is_taken_by(connection):
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            self._connection = connection
            return True
        connection.close()
        return False

    def give_up(self) -> None:
        """Let another process have the turn."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._file != -1:
            os.close(self._file)
            self._file = -1


def is_anybody_reading() -> bool:
    """Tell whether a process, on any machine, has the turn. Raises DatabaseUnavailable."""
    with ReadingTurn() as turn:
        return not turn.take()
