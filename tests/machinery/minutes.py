"""Begins tests of limits early in a minute, because all limits begin anew with the next one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import time_machine

from supporters import clock


@contextmanager
def early_in_a_minute() -> Iterator[None]:
    """Go to five seconds past the last full minute; time goes on from there."""
    begin = clock.now().replace(second=5, microsecond=0)
    with time_machine.travel(begin - timedelta(minutes=1), tick=True):
        yield
