"""Looks, for `flask doctor`, whether the clocks of this machine and the database agree."""

from datetime import timedelta

from supporters import clock
from supporters.cli.finding import Finding
from supporters.delivery.engine.watching import database_time

AGREES_WITHIN = timedelta(seconds=5)


def look_at_clock() -> Finding:
    """Tell whether this machine's clock is the database's: letters leave by the first.

    A worker whose clock is late sends each letter that much later.
    """
    apart = abs(clock.now() - database_time())
    if apart > AGREES_WITHIN:
        seconds = int(apart.total_seconds())
        how = f"It is {seconds} seconds apart from the database's: letters leave late, and times "
        return Finding("clock", "wrong", f"{how}that are kept are wrong. Let NTP set both.")
    return Finding("clock", "right", "It agrees with the database's.")
