"""Connections that take several statements to the database in one trip.

On PostgreSQL the statements of a trip go out together, and their answers come back together
(pipeline mode of libpq). SQLite has no trips; there the same calls run one by one.
"""

import select
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from supporters.fast_path.prepared_statements import Call, Compiled, Row, compile_chain
from supporters.pooler import is_pooled

BEGIN, COMMIT, ROLLBACK = b"BEGIN", b"COMMIT", b"ROLLBACK"
BINARY = 1
# Every statement of a trip finds few rows by their keys. A connection caches its plan, and one that
# was made for an empty table would read a whole one afterwards.
PLANS = (
    b"SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
    b" SET jit = off; SET plan_cache_mode = force_generic_plan; SET timezone = 'UTC'"
)
SHUT_DOWN = "57P"  # the SQLSTATEs of a server that ends the connection
FAILED = {pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE}


class ConnectionLost(Exception):
    """The connection was lost before anything was written. `error` is SQLAlchemy's exception."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class _Lost(Exception):
    """The connection is of no further use."""


class Connection(Protocol):
    """A connection for trips. All methods raise a subclass of sqlalchemy.exc.DBAPIError."""

    def begin(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Begin a transaction, and return the rows of its first calls. May raise ConnectionLost."""

    def finish(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Run the last calls of the transaction, commit it, and return their rows."""

    def roll_back(self) -> bool:
        """End the transaction without a change; tell whether the connection is of further use."""

    def read(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Return the rows of reads in a transaction of their own. May raise ConnectionLost."""

    def write(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Return the rows of writes in a transaction of their own."""

    def close(self) -> None:
        """Close the connection."""


def connect(engine: Engine) -> Connection:
    """Return a new connection, which the engine's pool doesn't know."""
    try:
        pooled: Any = engine.raw_connection()
        raw = pooled.dbapi_connection
        pooled.detach()
        return PostgresTrips(raw) if engine.dialect.name == "postgresql" else SqliteTrips(raw)
    except psycopg.OperationalError as error:  # the pool and the line raise the driver's exception
        raise _wrap(error) from error


class PostgresTrips:
    """A connection to PostgreSQL in pipeline mode."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._owner = raw  # closes the connection when it is collected
        self._line = raw.pgconn
        self._codecs = Transformer(raw)
        has_pooler = is_pooled(raw)
        raw.rollback()
        if not has_pooler:  # they would count for whoever gets the server's connection next
            self._line.exec_(PLANS)
        self._line.nonblocking = 1
        self._line.enter_pipeline_mode()
        self._prepared: set[bytes] = set()
        self._is_sound = True
        self._readable, self._ready = select.poll(), select.poll()
        self._readable.register(self._line.socket, select.POLLIN)
        self._ready.register(self._line.socket, select.POLLIN | select.POLLOUT)

    def begin(self, calls: Sequence[Call]) -> list[list[Row]]:
        return self._travel(calls, first=BEGIN)

    def finish(self, calls: Sequence[Call]) -> list[list[Row]]:
        return self._travel(calls, last=COMMIT)

    def read(self, calls: Sequence[Call]) -> list[list[Row]]:
        return self._travel(calls)

    def write(self, calls: Sequence[Call]) -> list[list[Row]]:
        return self._travel(calls, first=BEGIN, last=COMMIT)

    def roll_back(self) -> bool:
        try:
            if self._is_sound:
                self._travel((), last=ROLLBACK)
        except DBAPIError:
            self._is_sound = False
        if not self._is_sound:
            self.close()
        return self._is_sound

    def close(self) -> None:
        self._owner.close()

    def _travel(
        self, calls: Sequence[Call], *, first: bytes = b"", last: bytes = b""
    ) -> list[list[Row]]:
        """Send statements; return the rows of each call. The first trip may find a dead server."""
        self._is_sound = False  # until every answer has come
        expected: list[Compiled | None] = []
        try:
            expected += self._send_command(first)
            for call in calls:
                expected += self._send(call)
            expected += self._send_command(last)
            self._line.pipeline_sync()
            results = self._receive(expected)
        except _Lost as lost:
            self._owner.close()
            error = _wrap(psycopg.OperationalError(str(lost)))
            raise (error if last else ConnectionLost(error)) from lost
        self._is_sound = True
        return results

    def _send_command(self, command: bytes) -> Iterator[None]:
        if command:
            self._line.send_query_params(command, None, result_format=BINARY)
            yield None

    def _send(self, call: Call) -> Iterator[Compiled | None]:
        """Send a call; yield for each expected result the statement that reads it, if any."""
        compiled = _find_compiled(call)
        if compiled.name not in self._prepared:
            self._line.send_prepare(compiled.name, compiled.text.encode())
            self._prepared.add(compiled.name)
            yield None
        self._line.send_query_prepared(
            compiled.name,
            self._codecs.dump_sequence(compiled.encode(call.values), compiled.formats),
            self._codecs.formats,
            BINARY,
        )
        yield compiled

    def _receive(self, expected: Sequence[Compiled | None]) -> list[list[Row]]:
        """Return the rows of each statement; raise the first failure once all answers are read."""
        results, failure = [], None
        for compiled in expected:
            result = self._next_result()
            if result.status in FAILED:
                failure = failure or result
            elif compiled is not None and result.status != pq.ExecStatus.PIPELINE_ABORTED:
                results.append(self._read_rows(result, compiled))
            self._line.get_result()  # the end of this statement's results
        self._next_result()  # of the sync
        if failure is not None:
            raise _wrap(_error_of(failure))
        return results

    def _read_rows(self, result: Any, compiled: Compiled) -> list[Row]:
        self._codecs.set_pgresult(result)
        return [compiled.decode(each) for each in self._codecs.load_rows(0, result.ntuples, tuple)]

    def _next_result(self) -> Any:
        """Wait for the next result. Raises _Lost."""
        try:
            while (has_unsent := self._line.flush()) or self._line.is_busy():
                (self._ready if has_unsent else self._readable).poll()
                self._line.consume_input()
            result = self._line.get_result()
        except psycopg.OperationalError as error:
            raise _Lost(type(error).__name__) from error
        if result is None or self._line.status != pq.ConnStatus.OK:
            raise _Lost("closed")
        if result.status in FAILED and _code_of(result).startswith(SHUT_DOWN):
            raise _Lost(_code_of(result))
        return result


def _find_compiled(call: Call) -> Compiled:
    if len(call.statements) == 1:
        return call.statements[0].compiled_for("postgresql")
    return compile_chain(call.statements)


def _code_of(result: Any) -> str:
    """Return the SQLSTATE of a failed result; without one, libpq itself has failed."""
    return str((result.error_field(pq.DiagnosticField.SQLSTATE) or SHUT_DOWN.encode()).decode())


def _error_of(result: Any) -> psycopg.Error:
    """Return the exception of a failed result, without its words: they may quote a value."""
    code = _code_of(result)
    try:
        return psycopg.errors.lookup(code)(code)
    except KeyError:
        return psycopg.DatabaseError(code)


class SqliteTrips:
    """A connection to SQLite with the same interface."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def begin(self, calls: Sequence[Call]) -> list[list[Row]]:
        return self._run("BEGIN IMMEDIATE", calls)

    def finish(self, calls: Sequence[Call]) -> list[list[Row]]:
        rows = self._run("", calls)
        self._execute("COMMIT", {})
        return rows

    def read(self, calls: Sequence[Call]) -> list[list[Row]]:
        if len(calls) == 1:
            return self._run("", calls)
        rows = self._run("BEGIN", calls)
        self._execute("COMMIT", {})
        return rows

    def write(self, calls: Sequence[Call]) -> list[list[Row]]:
        rows = self._run("BEGIN IMMEDIATE", calls)
        self._execute("COMMIT", {})
        return rows

    def roll_back(self) -> bool:
        if self._raw.in_transaction:
            self._raw.rollback()
        return True

    def close(self) -> None:
        self._raw.close()

    def _run(self, first: str, calls: Sequence[Call]) -> list[list[Row]]:
        if first:
            self._execute(first, {})
        results = []
        for call in calls:
            *before, last = [each.compiled_for("sqlite") for each in call.statements]
            for compiled in before:
                self._execute(compiled.text, compiled.encode_by_name(call.values))
            rows = self._execute(last.text, last.encode_by_name(call.values))
            results.append([last.decode(row) for row in rows])
        return results

    def _execute(self, text: str, values: dict[str, Any]) -> list[Any]:
        try:
            return self._raw.execute(text, values).fetchall()
        except sqlite3.Error as error:
            raise _wrap(error) from error


def _wrap(error: Exception) -> Exception:
    """Return SQLAlchemy's exception for that of a driver, without the statement's values."""
    base = psycopg.Error if isinstance(error, psycopg.Error) else sqlite3.Error
    return DBAPIError.instance(None, None, error, base, hide_parameters=True)
