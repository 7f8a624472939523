"""Lets a process with a faked clock sleep; Python loads it at the start, from PYTHONPATH.

`time.sleep` waits for a moment of the monotonic clock. libfaketime 0.9.10 of Debian 12 takes that
moment for one of the faked clock and refuses it with EINVAL (its `clock_nanosleep`); the edition
of Debian 13 doesn't change it. Neither changes `select`.
"""

import select
import time


def sleep_by_select(seconds: float) -> None:
    """Sleep for so many seconds, without a moment of any clock."""
    select.select((), (), (), seconds)


time.sleep = sleep_by_select
