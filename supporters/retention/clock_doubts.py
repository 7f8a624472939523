"""Tells whether the clock can be trusted to delete by: one that is a year ahead deletes everything.

It is compared with the database's. Both may be the same clock, so a long time since the last round
is a doubt, too: the clock jumped, the worker was off, or a backup was restored. A person decides.
"""

from datetime import timedelta

from supporters import clock
from supporters.delivery.database_clock import database_time
from supporters.delivery_setup.check_run import CLOCK_MAY_DIFFER
from supporters.logs import log_problem
from supporters.retention.queries import find_round_times

LONGEST_PAUSE = timedelta(days=7)


def find_clock_fault() -> str | None:
    """Return how the clock of this machine differs from the database's; None if it doesn't."""
    apart = abs(clock.now() - database_time())
    if apart <= CLOCK_MAY_DIFFER:
        return None
    return (
        f"Nothing is deleted: the clock of this machine differs from the database's by "
        f"{apart.total_seconds():.0f} seconds. Let NTP set both."
    )


def find_clock_doubt() -> str | None:
    """Return why nothing may be deleted by itself; None if the clock can be trusted."""
    if fault := find_clock_fault():
        return fault
    times = find_round_times()
    if times is None or times.begun_at is None:
        return None
    pause = clock.now() - times.begun_at
    if pause <= LONGEST_PAUSE:
        return None
    return (
        f"Nothing is deleted by itself: the last round began {pause.days} days ago, by the clock "
        "of this machine. If its date is right, run: flask retention run"
    )


def may_delete() -> bool:
    """Tell whether data past its time may be deleted now; log why it may not."""
    if doubt := find_clock_doubt():
        log_problem("retention.clock_doubted", doubt)
    return not doubt
