"""Runs an act in several workers at the same moment, each with its own database session."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

T = TypeVar("T")


def at_once(app: Flask, act: Callable[[], T], workers: int = 2) -> list[T]:
    """Run `act` in this many threads at once; return the result of each."""
    return in_threads(app, [act] * workers)


def in_threads(app: Flask, acts: Sequence[Callable[[], T]]) -> list[T]:
    """Run each act in a thread of its own, all at once; return the result of each."""
    start = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        with app.app_context():
            start.wait(timeout=60)
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(run, act) for act in acts]]
