"""Open connections to SQLite are found, and those of an application are closed after its test."""

import dataclasses
import sqlite3
from contextlib import closing

from supporters import create_app
from supporters.config import Settings
from supporters.database import db
from supporters.extensions import queue
from tests.machinery.open_connections import close_applications, opened


def test_a_connection_is_found_until_it_is_closed() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        assert connection in find_open()
    assert connection not in find_open()


def test_those_of_an_application_are_closed_with_it(settings: Settings) -> None:
    queue_url = f"sqlite:///{settings.instance_dir / 'queue.db'}"
    with close_applications():
        with create_app(dataclasses.replace(settings, queue_url=queue_url)).app_context():
            db.session.execute(db.text("SELECT 1"))
            assert queue.count_waiting() == 0
        assert len(find_open()) == 2
    assert find_open() == []


def find_open() -> list[sqlite3.Connection]:
    return [each for each in opened if is_open(each)]


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        return connection.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False
