"""Sessions of the database for commands that run for days."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app


@contextmanager
def own_session() -> Iterator[None]:
    """Give a step of a long-lived process a session of its own, and let go of it at the end.

    A session that read something keeps a transaction open until it is let go of. For a request or
    a job Flask does that; a command that runs for days has one application context for its life,
    and SQLite's log could never be emptied, nor PostgreSQL clear what is deleted.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        yield
