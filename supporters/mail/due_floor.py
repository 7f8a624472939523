"""Since when the emails that wait can be due: a claim looks no further back.

While somebody reads an old snapshot (`pg_dump`), PostgreSQL may not remove the index entries of
emails that were sent, and each look walked all of them: 30 ms after 100,000 emails (ADR 127).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from supporters import clock

LOOK_AT_ALL_EVERY_SECONDS = 5.0
# Another machine's clock may be behind, and a transaction of before commits after the look. Emails
# that are older still, such as one that was put back, are seen by the next look at all.
MARGIN = timedelta(seconds=10)


class DueFloor:
    """The floor of a process. `find_oldest` looks at all emails that wait, and costs the most."""

    def __init__(
        self,
        find_oldest: Callable[[], datetime | None],
        *,
        uptime: Callable[[], float] = clock.uptime,
    ) -> None:
        self._find_oldest, self._uptime = find_oldest, uptime
        self._lock = Lock()
        self._floor: datetime | None = None
        self._looked_at = 0.0

    def get(self) -> datetime:
        """Return the floor; look at all emails first if the last such look was some seconds ago."""
        with self._lock:
            uptime = self._uptime()
            if self._floor is None or uptime - self._looked_at >= LOOK_AT_ALL_EVERY_SECONDS:
                now = clock.now()
                self._floor = min(self._find_oldest() or now, now) - MARGIN
                self._looked_at = uptime
            return self._floor
