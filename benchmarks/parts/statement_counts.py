"""Counts the statements that each kind of request sends to PostgreSQL, from the server's log.

The log of every statement costs time, so these requests are not timed. They come one after the
other over one connection, without a worker. Some come before the counted ones, so that the process
knows what it keeps.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import text

from benchmarks.parts.evening.rush_steps import JOIN, Evening
from benchmarks.parts.load import Visit, next_numbers
from supporters.database import db
from tests.servers.reused_connection import ReusedConnection, write_request

SENT = re.compile(rb"LOG:  (?:statement|execute [^:]*):")
REQUESTS, BEFORE = 20, 5
SETTLES_AFTER_SECONDS = 0.5
REFUSED_FROM = 400


def count_statements(evening: Evening) -> Iterator[tuple[str, float]]:
    """Yield the statements of a request, for each step. There are none without PostgreSQL."""
    folder = evening.installation.folder / "postgresql"
    if not folder.exists():
        return
    steps: dict[str, Callable[[], Visit]] = {
        "form": lambda: Visit([(JOIN, "")]),
        "post": lambda: evening.signup,
        "confirmation": evening.confirmation_pages,
        "confirm": evening.confirmations,
        "why": evening.why_pages,
        "leave": evening.departures,
    }
    for name, make_visit in steps.items():
        requests = _write_requests(evening.port, make_visit())
        with closing(ReusedConnection(evening.port)) as connection:
            _ask(connection, requests[:BEFORE])
            with _logging_statements(evening):
                counted = _count_in(folder / "log", partial(_ask, connection, requests[BEFORE:]))
        if name == "post":
            evening.taken += len(requests)
        yield name, round(counted / REQUESTS, 1)


def _write_requests(port: int, visit: Visit) -> list[bytes]:
    first, lines = next_numbers(), visit.lines
    requests = []
    for place in range(BEFORE + REQUESTS):
        path, body = lines[place % len(lines)]
        headers = {"X-Forwarded-For": f"20.30.{place}.7", "Cookie": visit.cookie}
        sent = None if visit.method == "GET" else body.replace("NUMBER", str(first + place))
        requests.append(write_request(port, path, sent, headers))
    return requests


def _ask(connection: ReusedConnection, requests: Sequence[bytes]) -> None:
    for each in requests:
        status = connection.ask(each).status
        if status >= REFUSED_FROM:
            raise SystemExit(f"A request whose statements are counted got {status}.")


def _count_in(log: Path, act: Callable[[], None]) -> int:
    began = log.stat().st_size
    act()
    time.sleep(SETTLES_AFTER_SECONDS)
    with log.open("rb") as file:
        file.seek(began)
        return len(SENT.findall(file.read()))


@contextmanager
def _logging_statements(evening: Evening) -> Iterator[None]:
    _set_log_statement(evening, "all")
    try:
        yield
    finally:
        _set_log_statement(evening, "none")


def _set_log_statement(evening: Evening, value: str) -> None:
    with evening.installation.app.app_context():
        engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"ALTER SYSTEM SET log_statement = '{value}'"))
            connection.execute(text("SELECT pg_reload_conf()"))
    time.sleep(SETTLES_AFTER_SECONDS)
