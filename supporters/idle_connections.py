"""A pool that closes connections which nobody needs at rest: PostgreSQL has few, for all processes.

The connection that was returned last is taken first, so the others stay idle. Each return closes
those that were idle for some seconds; a busy process keeps all that it uses.

The threads of a sender look for work some times a second, for a millisecond each, and two that meet
by chance need a second connection. A sender at rest closes it at once: so it has one, and opens
another one every few seconds.
"""

import math
import time
from threading import Lock
from typing import Any, ClassVar

from sqlalchemy.pool import QueuePool

IDLE_SECONDS = 10.0
BUSY = 0.25  # the share of the time in which some connection is in use
RETURNED_AT = "returned_at"


class ThriftyPool(QueuePool):
    """A pool of PostgreSQL connections."""

    idle_seconds = IDLE_SECONDS
    remembered_seconds = 5.0
    has_one_at_rest: ClassVar = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "use_lifo": True})
        self._counting = Lock()
        self._counted_at = time.monotonic()
        self._used_seconds = 0.0  # lately: a moment counts the less, the longer ago it is

    def _do_get(self) -> Any:
        self._count_use(time.monotonic())
        return super()._do_get()

    def _count_use(self, now: float) -> None:
        """Add the time since the last count, if a connection is in use."""
        with self._counting:
            passed, self._counted_at = now - self._counted_at, now
            self._used_seconds *= math.exp(-passed / self.remembered_seconds)
            if self.checkedout():
                self._used_seconds += min(passed, self.remembered_seconds)

    def _do_return_conn(self, record: Any) -> None:
        now = time.monotonic()
        self._count_use(now)
        record.info[RETURNED_AT] = now
        super()._do_return_conn(record)
        while (idle := self._take_idle(now)) is not None:
            try:
                idle.close()
            finally:
                self._dec_overflow()

    def _take_idle(self, now: float) -> Any:
        """Take the connection that was returned first, if that is some time ago, or one of two."""
        is_at_rest = self.has_one_at_rest and self._used_seconds < BUSY * self.remembered_seconds
        pooled: Any = self._pool
        with pooled.mutex:
            waiting = pooled.queue
            is_needless = is_at_rest and len(waiting) > 1
            if waiting and (
                is_needless or now - waiting[0].info.get(RETURNED_AT, now) > self.idle_seconds
            ):
                return waiting.popleft()
        return None


def keep_one_at_rest() -> None:
    """Let this process and its forks have one connection while they rest."""
    ThriftyPool.has_one_at_rest = True
