"""Connections that nobody needs are closed, and those in use stay."""

import sqlite3
import time
from functools import partial

from supporters.idle_connections import ThriftyPool


class ImpatientPool(ThriftyPool):
    """A pool that waits for a moment only."""

    idle_seconds = 0.2


def test_a_pool_at_rest_has_one_connection_left() -> None:
    pool = ImpatientPool(
        partial(sqlite3.connect, ":memory:", check_same_thread=False), pool_size=5, max_overflow=2
    )
    several = [pool.connect() for _ in range(6)]
    for each in several:
        each.close()
    assert pool.checkedin() == 5  # the sixth was beyond its size
    time.sleep(0.3)
    pool.connect().close()
    assert pool.checkedin() == 1
    again = [pool.connect() for _ in range(7)]  # it still counts right how many there may be
    assert pool.checkedout() == 7
    for each in again:
        each.close()


class SharedPool(ThriftyPool):
    """A pool that has one connection at rest."""

    has_one_at_rest = True
    remembered_seconds = 0.1


def test_a_sender_at_rest_closes_a_connection_that_two_threads_needed_by_chance() -> None:
    pool = SharedPool(partial(sqlite3.connect, ":memory:", check_same_thread=False), pool_size=5)
    for each in [pool.connect() for _ in range(3)]:
        each.close()
    assert pool.checkedin() == 1


def test_a_busy_sender_keeps_them() -> None:
    pool = SharedPool(partial(sqlite3.connect, ":memory:", check_same_thread=False), pool_size=5)
    several = [pool.connect() for _ in range(3)]
    time.sleep(0.2)
    for each in several:
        each.close()
    assert pool.checkedin() == 3
