"""Runs an act in several workers at the same moment, each with its own database session."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

from supporters.database import db
from tests.servers.processes import wait_until

T = TypeVar("T")
GIVEN_BACK_WITHIN_SECONDS = 20.0


def at_once(app: Flask, act: Callable[[], T], workers: int = 2) -> list[T]:
    """Run `act` in this many threads at once; return the result of each."""
    return in_threads(app, [act] * workers)


def close_database() -> None:
    """Close the connections of the application when its threads have given theirs back.

    One that comes back later would stay open.
    """
    db.session.remove()
    wait_until(lambda: db.engine.pool.checkedout() == 0, seconds=GIVEN_BACK_WITHIN_SECONDS)
    db.engine.dispose()


def in_threads(app: Flask, acts: Sequence[Callable[[], T]]) -> list[T]:
    """Run each act in a thread of its own, all at once; return the result of each."""
    start = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        with app.app_context():
            start.wait(timeout=60)
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(run, act) for act in acts]]
