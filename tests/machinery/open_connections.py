"""Closes the connections of applications that a test made, and those to SQLite that are left open.

A connection that nobody closes stays until the garbage collector finds it. Python 3.13 warns then,
in another test. PostgreSQL drops the database of a test with its connections.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask, appcontext_pushed

from tests.machinery.threads import close_database

OPENED = "sqlite3.connect/handle"  # the event of Python for each new connection
opened: list[sqlite3.Connection] = []
_apps: set[Flask] = set()


def pytest_configure() -> None:
    """Note each connection from now on: a hook of Python stays until the process ends."""
    sys.addaudithook(_note_connection)
    appcontext_pushed.connect(_note_app)


def _note_connection(event: str, arguments: tuple[object, ...]) -> None:
    if event == OPENED and isinstance(connection := arguments[0], sqlite3.Connection):
        opened.append(connection)


def _note_app(app: Flask, **_: object) -> None:
    _apps.add(app)  # each has a context first when it is made


@pytest.fixture(autouse=True)
def _close_what_a_test_made() -> Iterator[None]:
    with close_applications():
        yield


@contextmanager
def close_applications() -> Iterator[None]:
    """Close the connections of the applications that are made in the block."""
    before = {*_apps}  # of fixtures that more tests have
    yield
    for app in _apps - before:
        _close(app)
    _apps.intersection_update(before)


def _close(app: Flask) -> None:
    if "sqlalchemy" not in app.extensions:
        return
    with app.app_context():
        close_database()
    if huey := app.extensions.get("huey"):
        huey.storage.close()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Close what the tests of a file and their fixtures left open."""
    yield
    if nextitem is not None and nextitem.path == item.path:
        return
    for connection in opened:
        with suppress(sqlite3.ProgrammingError):  # it belongs to a thread
            connection.close()
    opened.clear()
    _apps.clear()
