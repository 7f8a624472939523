"""Trips to the database without a session: they read and write what the session would."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from supporters.consent.models import Suppression
from supporters.database import db, transaction
from supporters.fast_path.prepared_statements import Call, Statement, together
from supporters.fast_path.round_trips import exchange, read, read_one, trip_connections
from supporters.locks import Lock
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NOW = datetime(2026, 11, 28, 12, 30, 1, 123456, tzinfo=UTC)
COLUMNS = ("id", "kind", "language", "status", "encrypted", "created_at")
ADD_EMAIL = Statement(
    insert(OutboxEmail).values(
        {name: bindparam(name) for name in COLUMNS}
        | {"attempts": 0, "next_attempt_at": bindparam("created_at")}
        | {"times_lost": 0, "waits_for_relay": False}
        | {"expires_at": bindparam("created_at")}
    )
)
ADD_SUPPRESSION = Statement(
    insert(Suppression).values(
        address_mac=bindparam("mac"), scope=bindparam("scope"), since=bindparam("created_at")
    )
)
EMAILS = Statement(
    select(*(getattr(OutboxEmail, name) for name in COLUMNS), OutboxEmail.settled_at)
    .where(OutboxEmail.language == bindparam("language"))
    .order_by(OutboxEmail.id)
)
COUNT = Statement(select(func.count()).select_from(OutboxEmail))
SET_LANGUAGE = Statement(update(OutboxEmail).values(language=bindparam("to")))


def email(**values: Any) -> Call:
    """Return the call that adds an email."""
    default = {
        "id": 1,
        "kind": EmailKind.MY_DATA,
        "language": "fr",
        "status": EmailStatus.QUEUED,
        "encrypted": b"\0\xff'",
        "created_at": NOW,
    }
    return ADD_EMAIL(**{**default, **values})


def write(*calls: Call) -> None:
    """Write in an exchange that reads nothing."""
    exchange(None, [], lambda _: (calls, None))


def count() -> int:
    """Return how many emails there are."""
    return int(read_one(COUNT())[0][0])


def test_each_kind_of_value_comes_back_as_it_was() -> None:
    write(email())
    kept = (1, EmailKind.MY_DATA, "fr", EmailStatus.QUEUED, b"\0\xff'", NOW, None)
    assert read_one(EMAILS(language="fr")) == [kept]
    row = db.session.get_one(OutboxEmail, 1)
    assert (row.kind, row.encrypted, row.created_at) == (EmailKind.MY_DATA, b"\0\xff'", NOW)


def test_a_session_and_a_trip_see_what_the_other_wrote() -> None:
    assert db.session.get(OutboxEmail, 1) is None
    write(email())
    row = db.session.get_one(OutboxEmail, 1)
    with transaction():
        db.session.merge(row).language = "en"
    assert len(read_one(EMAILS(language="en"))) == 1


def test_several_reads_are_answered_in_their_order() -> None:
    write(email(), email(id=2, language="en"))
    found = read(EMAILS(language="en"), COUNT(), EMAILS(language="fr"))
    assert [[row[0] for row in rows] for rows in found] == [[2], [2], [1]]


def test_parts_of_one_statement_are_all_written() -> None:
    write(together(email(), ADD_SUPPRESSION(mac=b"m", scope="everything", created_at=NOW)))
    assert db.session.get_one(Suppression, (b"m", "everything")).since == NOW
    assert count() == 1


def test_parts_with_different_values_of_a_parameter_are_refused() -> None:
    with pytest.raises(ValueError, match="created_at"):
        together(
            email(), ADD_SUPPRESSION(mac=b"m", scope="x", created_at=NOW.replace(microsecond=0))
        )


def test_the_decision_gets_what_was_read_and_gives_the_outcome() -> None:
    def decide(rows: Sequence[Any]) -> tuple[list[Call], int]:
        return [email(id=7)], int(rows[0][0][0])

    assert exchange((Lock.MAILBOX, b"m"), [COUNT()], decide) == 0
    assert count() == 1


def test_an_exception_of_the_decision_writes_nothing() -> None:
    def decide(_: object) -> tuple[list[Call], None]:
        raise LookupError

    with pytest.raises(LookupError):
        exchange((Lock.MAILBOX, b"m"), [COUNT()], decide)
    assert count() == 0
    write(email())  # the lock is free again


def test_a_refused_write_leaves_nothing_behind() -> None:
    write(email())
    with pytest.raises(IntegrityError):
        write(email(id=2), email())
    assert count() == 1
    write(email(id=2))
    assert count() == 2


def test_a_missing_value_is_named() -> None:
    with pytest.raises(KeyError, match="language"):
        read_one(EMAILS())
    assert count() == 0


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        write(email(created_at=NOW.replace(tzinfo=None)))


def test_an_exchange_within_a_transaction_is_refused() -> None:
    with transaction(), pytest.raises(RuntimeError, match="of its own"):
        write(email())


def test_a_text_is_never_cut_off(database: str) -> None:
    if database == "postgresql":  # it stores no NUL; SQLite does
        with pytest.raises(DBAPIError):
            write(email(language="a\0b"))
        assert count() == 0
        return
    write(email(language="a\0b"))
    assert read_one(EMAILS(language="a\0b"))[0][2] == "a\0b"


def test_an_exchange_waits_for_the_lock_before_it_reads(app: Flask) -> None:
    barrier = Barrier(4)

    def add_one(_: int) -> None:
        with app.app_context():
            barrier.wait()
            exchange((Lock.MAILBOX, b"m"), [COUNT()], lambda rows: ([email(id=_next(rows))], None))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(4)))
    assert [row[0] for row in read_one(EMAILS(language="fr"))] == [1, 2, 3, 4]


def _next(rows: Sequence[Any]) -> int:
    return int(rows[0][0][0]) + 1


def test_connections_that_the_server_ended_are_replaced(database: str) -> None:
    if database == "sqlite":
        return
    write(email())
    with db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert count() == 1
    exchange(None, [COUNT()], lambda _: ([email(id=2)], None))
    assert count() == 2


def test_idle_connections_are_closed_when_a_fresh_one_is_taken() -> None:
    connections = trip_connections()
    idle = connections.take()
    connections.give_back(idle)
    fresh = connections.take(is_fresh=True)
    connections.give_back(fresh)
    assert len(fresh.read([COUNT()])) == 1
    with pytest.raises((DBAPIError, psycopg.OperationalError)):
        idle.read([COUNT()])


def test_a_connection_that_is_lost_after_the_read_says_so(database: str) -> None:
    if database == "sqlite":
        return

    def end_all(_: object) -> tuple[list[Call], None]:
        with db.engine.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        return [email()], None

    with pytest.raises(OperationalError):
        exchange(None, [COUNT()], end_all)
    assert count() == 0
