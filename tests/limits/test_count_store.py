"""The shared counts in the database: one sum for all processes, for any number of limits."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from supporters import clock
from supporters.database import db
from supporters.limits.count_store import (
    RETAINED_AFTER_END,
    add_counts,
    current_counts,
    purge_counts,
    read_total,
    take_once,
)
from supporters.limits.models import RequestCount
from supporters.limits.request_limits import RequestLimit
from supporters.limits.shared_counts import SharedCounts

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NETWORK = RequestLimit("network", "192.0.2.0/24", 30)


def test_processes_share_one_count() -> None:
    now = clock.now()
    processes = [SharedCounts(add_counts) for _ in range(3)]
    accepted = sum(each.take([NETWORK], now) is None for _ in range(50) for each in processes)
    for each in processes:
        each.exchange(now)
    db.session.rollback()
    assert 30 <= accepted <= 39
    assert read_total(NETWORK, now) == accepted


@pytest.mark.parametrize("number", [1, 3, 700])
def test_any_number_of_counts_goes_in_one_exchange(number: int) -> None:
    now = clock.now()
    limits = [RequestLimit("network", str(each), 30) for each in range(number)]
    for _ in range(2):
        sums = add_counts({each.window_at(now): 2 for each in limits})
    assert sums == {each.window_at(now): 4 for each in limits}


def test_the_rows_name_nobody() -> None:
    add_counts({NETWORK.window_at(clock.now()): 1})
    db.session.rollback()
    row = db.session.scalars(select(RequestCount)).one()
    assert len(row.key_mac) == 16
    assert b"192.0.2" not in row.key_mac


def test_something_is_used_once() -> None:
    until = clock.now() + timedelta(minutes=20)
    assert [take_once("proof", "abc", until=until) for _ in range(3)] == [True, False, False]
    assert take_once("proof", "another", until=until)


def test_counts_of_past_windows_are_deleted() -> None:
    add_counts({NETWORK.window_at(clock.now()): 1})
    assert purge_counts(clock.now()) == 0
    assert purge_counts(clock.now() + RETAINED_AFTER_END + timedelta(minutes=2)) == 1


def test_a_database_out_of_reach_closes_no_page(app: Flask) -> None:
    RequestCount.__table__.drop(db.engine)  # type: ignore[attr-defined]
    assert add_counts({NETWORK.window_at(clock.now()): 1}) is None


def test_the_counts_are_exchanged_after_an_answer(app: Flask) -> None:
    @app.get("/counted")
    def counted() -> str:
        current_counts().take([NETWORK], clock.now())
        return "taken"

    with time_machine.travel(clock.now(), tick=False):
        with app.test_client() as client:
            client.get("/counted").close()
        assert db.session.scalar(select(func.sum(RequestCount.requests))) == 1
