"""A pool that closes connections which nobody needs at rest: PostgreSQL has few, for all processes.

The connection that was returned last is taken first, so the others stay idle. Each return closes
those that were idle for some seconds; a busy process keeps all that it uses.

The threads of a sender look for work some times a second, each for a millisecond. Two that meet by
chance would keep a second connection alive for ever, so at rest one waits for the other.
"""

import math
import time
from threading import Condition
from typing import Any

from sqlalchemy.pool import QueuePool

IDLE_SECONDS = 10.0
RETURNED_AT, TAKEN_AT = "returned_at", "taken_at"


class ThriftyPool(QueuePool):
    """A pool of PostgreSQL connections."""

    idle_seconds = IDLE_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "use_lifo": True})

    def _do_return_conn(self, record: Any) -> None:
        now = time.monotonic()
        record.info[RETURNED_AT] = now
        super()._do_return_conn(record)
        while (idle := self._take_idle(now)) is not None:
            try:
                idle.close()
            finally:
                self._dec_overflow()

    def _take_idle(self, now: float) -> Any:
        """Take the connection that was returned first, if that is some time ago."""
        pooled: Any = self._pool
        with pooled.mutex:
            waiting = pooled.queue
            if waiting and now - waiting[0].info.get(RETURNED_AT, now) > self.idle_seconds:
                return waiting.popleft()
        return None
