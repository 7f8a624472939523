"""Threads of a worker that repeat a step until they are asked to end."""

import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import TypeVar

from flask import Flask

from supporters.logs import log_fault

T = TypeVar("T")


class RepeatingThreads:
    """Repeat steps until `ending` is set. A failure is logged as `failure`, and tried again."""

    def __init__(self, app: Flask, ending: Event, *, failure: str) -> None:
        self._app, self._ending, self._failure = app, ending, failure
        self._threads: list[Thread] = []

    def repeat(
        self, name: str, step: Callable[[], object], *, every: float, first_after: float = 0.0
    ) -> None:
        """Add a thread that repeats a step, with a pause of so many seconds."""
        self._add(name, partial(self._repeat, step, every, first_after))

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for the threads to end; tell whether all did."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _add(self, name: str, run: Callable[[], None]) -> None:
        self._threads.append(Thread(target=run, name=name, daemon=True))

    def _repeat(self, step: Callable[[], object], every: float, first_after: float) -> None:
        self._ending.wait(first_after)
        while not self._ending.is_set():
            self._try_once(step)
            self._ending.wait(every)

    def _try_once(self, step: Callable[[], T]) -> T | None:
        """Run a step in an application context; log a failure, and go on."""
        try:
            with self._app.app_context():
                return step()
        except Exception as error:  # a thread's outermost loop
            log_fault(self._failure, error)
            return None
