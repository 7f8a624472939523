"""Lets several workers do the same at the same moment, each with its own database session."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

T = TypeVar("T")


def at_once(app: Flask, act: Callable[[], T], workers: int = 2) -> list[T]:
    """Run `act` in so many threads at once; return what each returned."""
    start = Barrier(workers)

    def run() -> T:
        with app.app_context():
            start.wait(timeout=10)
            return act()

    with ThreadPoolExecutor(workers) as pool:
        return [each.result() for each in [pool.submit(run) for _ in range(workers)]]
