"""Runs the threads of a worker that send transactional emails, in the process of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from supporters.delivery.send_journal.worker_registry import current_worker, worker_folder
from supporters.mail.outbox_threads import OutboxThreads


class Pauses(threading.Event):
    """Ends threads, and keeps how long they were to pause: on a slow machine they pause longer."""

    def __init__(self) -> None:
        super().__init__()
        self._of_each: dict[str, list[float]] = {}

    def wait(self, timeout: float | None = None) -> bool:
        """Pause, and keep for how long."""
        self._of_each.setdefault(threading.current_thread().name, []).append(timeout or 0)
        return super().wait(timeout)

    def of_senders(self) -> list[float]:
        """Return the pauses of the threads that send."""
        return [
            each
            for name, pauses in [*self._of_each.items()]
            for each in pauses
            if name != "emails-watch"
        ]


@contextmanager
def sending(app: Flask, ending: threading.Event | None = None) -> Iterator[OutboxThreads]:
    """Send in this process until the end of the block."""
    ending = ending or threading.Event()
    threads = OutboxThreads(app, ending, worker=current_worker(), folder=worker_folder())
    threads.start()
    try:
        yield threads
    finally:
        ending.set()
        threads.join(60)
