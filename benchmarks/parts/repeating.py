"""Calls a function again and again in a thread, while a measurement runs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def repeated(look: Callable[[], object], *, every_seconds: float) -> Iterator[None]:
    """Call a function at equal distances until the end of the block; the first call is at once."""
    is_over = Event()

    def run() -> None:
        due = time.monotonic()
        while True:
            look()
            due += every_seconds
            if is_over.wait(max(0.0, due - time.monotonic())):
                return

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
