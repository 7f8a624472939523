"""An upgrade waits for programs that write, and a downgrade is refused beside a worker."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import downgrade, upgrade
from sqlalchemy import true
from sqlalchemy.exc import OperationalError

from supporters import clock
from supporters.config import Settings
from supporters.database import db, transaction, update_where
from supporters.delivery.machines import register_machine
from supporters.delivery.models import Machine
from supporters.migrations.state import check_database, describe

BEFORE = "base"


@pytest.fixture
def writer(settings: Settings) -> Iterator[None]:
    """Let another program write to the database every fifth of a second."""
    ending, file = threading.Event(), settings.database_url.removeprefix("sqlite:///")

    def write() -> None:
        other = sqlite3.connect(file, timeout=60, isolation_level=None)
        other.execute("CREATE TABLE IF NOT EXISTS of_another (at REAL)")
        while not ending.wait(0.2):
            other.execute("INSERT INTO of_another VALUES (julianday('now'))")
        other.close()

    thread = threading.Thread(target=write)
    thread.start()
    yield
    ending.set()
    thread.join()


@pytest.mark.slow
def test_an_upgrade_on_sqlite_goes_through_beside_a_program_that_writes(
    app: Flask, writer: None
) -> None:
    db.session.remove()
    for _ in range(3):
        downgrade(revision=BEFORE)
        upgrade()
        check_database()


def test_a_program_that_holds_the_database_is_named_as_what_we_wait_for(
    app: Flask, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    downgrade(revision="-1")
    path = settings.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ended = threading.Timer(15, other.rollback)
    ended.start()
    upgrade()
    ended.join()
    other.close()
    assert "Another program has been writing to the database" in capfd.readouterr().err
    check_database()


@pytest.mark.both_databases
def test_a_downgrade_beside_a_worker_is_refused(
    app: Flask, runner: FlaskCliRunner, caplog: pytest.LogCaptureFixture
) -> None:
    register_machine()
    with transaction():  # however long the command takes to begin on a busy machine
        update_where(Machine, true(), seen_at=clock.now() + timedelta(minutes=10))
    refused = runner.invoke(args=["db", "downgrade", BEFORE])
    assert (refused.exit_code, "a worker uses this database" in caplog.text) == (1, True)
    check_database()
    with db.engine.begin() as connection:
        connection.execute(db.text("UPDATE machine SET seen_at = '2026-01-01 00:00:00'"))
    went = runner.invoke(args=["db", "downgrade", BEFORE])
    assert went.exit_code == 0, went.output


class Deadlock(Exception):
    """The error of a driver."""

    sqlstate = "40P01"


@pytest.mark.parametrize("error", [Deadlock("deadlock detected"), Exception("database is locked")])
def test_a_conflict_with_another_program_is_not_called_a_server_that_is_down(
    error: Exception,
) -> None:
    said = describe(OperationalError("", {}, error))
    assert ("Another program uses" in said, "does the server run" in said) == (True, False)
