"""Tests are left to SQLite only if others send all their statements to PostgreSQL."""

import re

import pytest
from flask import Flask
from sqlalchemy import event, select

from supporters.database import db
from supporters.people.models import Subscriber
from tests.postgresql_cover import FILE, Function, find_cover
from tests.sent_statements import Recording

ROOT = FILE.parent.parent
FUNCTION = re.compile(r"^def (test_\w+)\(", re.MULTILINE)


def a_function(*statements: int, seconds: float = 1.0) -> Function:
    """Return a function of tests."""
    return Function(statements={*statements}, seconds=seconds)


def test_each_statement_is_sent_by_a_needed_function_or_always() -> None:
    functions = {"both": a_function(1, 2), "one": a_function(2), "other": a_function(3, 9)}
    assert find_cover(functions, always=[9]) == {"both", "other"}
    assert find_cover(functions, always=[1, 2, 3, 9]) == set()


def test_of_two_that_send_the_same_the_quicker_one_is_needed() -> None:
    functions = {"slow": a_function(1, 2, seconds=3.0), "quick": a_function(1, 2)}
    assert find_cover(functions, always=[]) == {"quick"}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_values_and_their_number_make_no_other_statement(app: Flask) -> None:
    recording = Recording()
    event.listen(db.engine, "before_cursor_execute", recording.note)
    for people in ([1, 2], [3, 4, 5]):
        db.session.execute(select(Subscriber.id).where(Subscriber.id.in_(people)))
    assert len(recording.sent) == 1
    db.session.execute(select(Subscriber.address).where(Subscriber.id.in_([6])))
    assert len(recording.sent) == 2


def test_every_function_that_is_left_to_sqlite_exists() -> None:
    missing = []
    for name in FILE.read_text().splitlines():
        file, _, function = name.partition("::")
        path = ROOT / file
        if not path.exists() or function not in FUNCTION.findall(path.read_text()):
            missing.append(name)
    assert missing == []
