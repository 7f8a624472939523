"""Backs off from a relay in trouble: pauses that grow, and fewer connections when it is asked for.

One for each worker process; lanes report how each batch went.
"""

import time
from collections.abc import Callable

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
ONE_MORE_AFTER_SECONDS = 30.0
TOO_MANY = "421"


class Throttle:
    """How many lanes may be at work, and from when on. `read_time` tells monotonic seconds."""

    def __init__(self, lanes: int, read_time: Callable[[], float] = time.monotonic) -> None:
        self._read_time = read_time
        self._lanes = lanes
        self._allowed = lanes
        self._pause = 0.0
        self._not_before = 0.0
        self._changed_at = 0.0

    def may_connect(self, lane: int) -> bool:
        """Tell whether the lane of this number, counted from 0, may have a connection."""
        return lane < self._allowed

    def may_work(self, lane: int) -> bool:
        """Tell whether a lane may claim a batch now."""
        return self.may_connect(lane) and self._read_time() >= self._not_before

    def report(self, trouble: str) -> None:
        """Take note of how a batch went: what the relay's trouble was, empty if there was none."""
        now = self._read_time()
        if not trouble:
            self._recover(now)
        elif now >= self._not_before:  # troubles of lanes that began together count once
            self._pause = min(max(FIRST_PAUSE_SECONDS, 2 * self._pause), LONGEST_PAUSE_SECONDS)
            self._not_before = now + self._pause
            if TOO_MANY in trouble:
                self._allowed = max(1, self._allowed - 1)
                self._changed_at = now

    def _recover(self, now: float) -> None:
        self._pause = 0.0
        if self._allowed < self._lanes and now - self._changed_at > ONE_MORE_AFTER_SECONDS:
            self._allowed += 1
            self._changed_at = now
