"""Reads and changes that the busiest pages make in one or two trips to the database (ADR 061).

`read` and `write` make one trip. `exchange` makes two: it begins a transaction, takes a lock and
reads; a pure decision follows; then it writes and commits. It opens no session, so nothing else may
be read or written in between.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import TypeVar, cast

from blinker import Namespace
from flask import Flask, current_app
from sqlalchemy import event

from supporters.database import db, is_in_transaction
from supporters.fast_path.database_trips import Connection, ConnectionLost, connect
from supporters.fast_path.prepared_statements import Call, Row, Statement
from supporters.idle_connections import IDLE_SECONDS
from supporters.locks import TAKE_LOCK, Lock

T = TypeVar("T")
Rows = list[Row]
_is_deciding: ContextVar[bool] = ContextVar("is_deciding", default=False)
_TAKE = Statement(TAKE_LOCK)
calls_sent = Namespace().signal("calls-sent")  # for tests that count statements


class TripConnections:
    """The idle connections of a process. A thread takes one for each trip, or opens a new one."""

    def __init__(self) -> None:
        self._idle: deque[tuple[float, Connection]] = deque()
        self._process = os.getpid()

    def take(self, *, is_fresh: bool = False) -> Connection:
        """Return a connection; a fresh one if the idle ones may be dead."""
        if self._process != os.getpid():  # a forked process may not use its parent's, nor end them
            self._process = os.getpid()
            self._idle.clear()
        if is_fresh:
            self.close()
        try:
            return self._idle.pop()[1]
        except IndexError:
            return connect(db.engine)

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next trip."""
        self._idle.append((time.monotonic(), connection))
        self.close_idle()

    def close_idle(self) -> None:
        """Close the connections that no trip needed for some seconds."""
        long_ago = time.monotonic() - IDLE_SECONDS
        while self._process == os.getpid() and self._idle and self._idle[0][0] < long_ago:
            with suppress(IndexError):  # a thread took it just now
                self._idle.popleft()[1].close()

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[1].close()


def init_app(app: Flask) -> None:
    """Give the application its connections; they close with those of the engine."""
    app.extensions["trip_connections"] = connections = TripConnections()
    with app.app_context():
        event.listen(db.engine, "engine_disposed", lambda _: connections.close())
        event.listen(db.engine, "checkin", lambda *_: connections.close_idle())


def trip_connections() -> TripConnections:
    """Return the connections of the running application."""
    return cast(TripConnections, current_app.extensions["trip_connections"])


def read(*calls: Call) -> list[Rows]:
    """Return the rows of each read. Several reads are one transaction."""
    calls_sent.send(calls=calls)
    _end_session()
    connection, rows = _start(lambda each: each.read(calls))
    trip_connections().give_back(connection)
    return rows


def read_one(call: Call) -> Rows:
    """Return the rows of a single read."""
    return read(call)[0]


def write(*calls: Call) -> list[Rows]:
    """Return the rows of writes that are one transaction, in one trip.

    It has a connection of its own: the session of the request sees nothing of it, and isn't ended.
    """
    calls_sent.send(calls=calls)
    connection, rows = _start(lambda each: each.write(calls))
    trip_connections().give_back(connection)
    return rows


def exchange(
    lock: tuple[Lock, bytes] | None,
    reads: Sequence[Call],
    decide: Callable[[Sequence[Rows]], tuple[Sequence[Call], T]],
) -> T:
    """Lock, read, decide, write and commit; return what the decision says besides its writes.

    The reads begin after the lock is taken. A decision without writes commits nothing. If it
    raises an exception, nothing is written.
    """
    if is_in_transaction():
        message = "An exchange is a transaction of its own, and was called within another one."
        raise RuntimeError(message)
    first = [*_take(lock), *reads]
    calls_sent.send(calls=first)
    _end_session()
    connection, rows = _start(lambda each: each.begin(first))
    try:
        writes, outcome = _decide(decide, rows[len(first) - len(reads) :])
        if writes:
            calls_sent.send(calls=writes)
            connection.finish(writes)
    except BaseException:
        _keep(connection)
        raise
    if writes:
        trip_connections().give_back(connection)
    else:
        _keep(connection)
    return outcome


def is_deciding() -> bool:
    """Tell whether a decision runs between the two trips of an exchange: it may read nothing."""
    return _is_deciding.get()


def _decide(
    decide: Callable[[Sequence[Rows]], tuple[Sequence[Call], T]], rows: Sequence[Rows]
) -> tuple[Sequence[Call], T]:
    token = _is_deciding.set(True)
    try:
        return decide(rows)
    finally:
        _is_deciding.reset(token)


def _start(trip: Callable[[Connection], T]) -> tuple[Connection, T]:
    """Make a first trip; repeat it over a new connection if an idle one was dead."""
    connections = trip_connections()
    connection = connections.take()
    try:
        return connection, trip(connection)
    except ConnectionLost:
        connection = connections.take(is_fresh=True)
    except BaseException:
        _keep(connection)
        raise
    try:
        return connection, trip(connection)
    except ConnectionLost as lost:
        raise lost.error from lost


def _keep(connection: Connection) -> None:
    """End what is open, and keep the connection if it is sound."""
    if connection.roll_back():
        trip_connections().give_back(connection)


def _take(lock: tuple[Lock, bytes] | None) -> list[Call]:
    """Return the call that takes a lock. SQLite has one writer at a time anyway."""
    if lock is None or db.engine.dialect.name != "postgresql":
        return []
    kind, thing = lock
    return [_TAKE(number=kind.number(thing))]


def _end_session() -> None:
    """End what the request's session reads: it would see old rows afterwards."""
    if db.session.registry.has():
        db.session.rollback()
        db.session.expire_all()
