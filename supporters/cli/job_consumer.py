"""The consumer of jobs in a worker process: huey's, which minds a request to end from the start."""

import logging
import time
from typing import Any

from huey.consumer import Consumer

from supporters.extensions import queue

THREADS = 2  # one can send an email while the other repairs
POLLS_AFTER_SECONDS = 0.05
POLLS_AT_LEAST_EVERY_SECONDS = 0.2
JOBS_END_WITHIN_SECONDS = 20
SILENT_SECONDS = 10


def make_consumer(*, is_first: bool) -> Consumer:
    """Return the consumer of this process. That of the first one also queues periodic jobs."""
    for part in ("Worker", "Scheduler"):
        logging.getLogger(f"huey.consumer.{part}").addFilter(_RepetitionFilter())
    return _AttentiveConsumer(
        queue.open(),
        workers=THREADS,
        periodic=is_first,
        initial_delay=POLLS_AFTER_SECONDS,
        max_delay=POLLS_AT_LEAST_EVERY_SECONDS,
        shutdown_timeout=JOBS_END_WITHIN_SECONDS,
        graceful_signal="TERM",
    )


class _AttentiveConsumer(Consumer):  # type: ignore[misc]  # huey has no types
    """A consumer that minds SIGTERM before it runs, so that its process always unregisters."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._set_signal_handlers()


class _RepetitionFilter(logging.Filter):
    """Drops repeated lines: without the queue, huey logs many times a second, with a traceback."""

    _silent_until = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Pass one line, then drop all for some seconds."""
        now = time.monotonic()
        if now < self._silent_until:
            return False
        self._silent_until = now + SILENT_SECONDS
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"{record.getMessage()} {kind.__name__ if kind else ''}".strip()
        record.args, record.exc_info = (), None
        return True
