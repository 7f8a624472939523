"""Counts the requests of a minute in the memory of this process, for limits by minute.

All counts share one minute, which begins with its first request, and are dropped together at its
end. So a request costs one look-up, and no thread has to clean up.
"""

from collections import Counter
from datetime import datetime, timedelta
from threading import Lock

MINUTE = timedelta(minutes=1)
MOST_KEYS = 100_000  # about 20 MB; a process that answers 1,500 requests a second has fewer


class RequestCounts:
    """Counts requests by key until the minute ends; exact for all threads of the process."""

    def __init__(self, most_keys: int = MOST_KEYS) -> None:
        self._most_keys = most_keys
        self._lock = Lock()
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._began: datetime | None = None

    def take(self, most: int, *key: str, now: datetime) -> bool:
        """Count a request; tell whether it is among the first `most` of its key.

        A refused request counts too. If there are too many keys, a new minute begins: otherwise
        the memory would grow with the number of networks that an attacker has.
        """
        with self._lock:
            is_full = key not in self._counts and len(self._counts) >= self._most_keys
            if is_full or not self._is_same_minute(now):
                self._counts = Counter()
                self._began = now
            self._counts[key] += 1
            return self._counts[key] <= most

    def _is_same_minute(self, now: datetime) -> bool:
        return self._began is not None and timedelta() <= now - self._began < MINUTE
