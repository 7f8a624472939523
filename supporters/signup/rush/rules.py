"""Decides when there are too many signup emails, and when a broadcast counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

SPIKE_WINDOW = timedelta(minutes=5)
WINDOWS_OF_AN_HOUR = 12
USUAL_DAYS = 14
SPIKE_FACTOR = 20
FEWEST_EMAILS = 300  # in five minutes: below that nothing is a spike
QUIET_AFTER_RELEASE = timedelta(hours=6)
LONGEST_EVENT = timedelta(hours=24)


def most_emails(same_hours: Sequence[int], broadcast_factor: int = 1) -> int:
    """Return how many signup emails in five minutes are a spike.

    `same_hours` are those of this hour of the day, on each of the last days. The spike is twenty
    times the usual, and the usual is their median: one evening of a broadcast changes nothing.
    """
    usual = median(same_hours) / WINDOWS_OF_AN_HOUR if same_hours else 0
    return max(FEWEST_EMAILS, round(SPIKE_FACTOR * usual)) * broadcast_factor


def is_quiet_time(released_at: datetime | None, now: datetime) -> bool:
    """Tell whether an owner has let emails go so recently that nothing is held again."""
    return released_at is not None and now < released_at + QUIET_AFTER_RELEASE


def is_under_way(begins_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Tell whether a broadcast counts at a moment."""
    return begins_at <= now < ends_at
