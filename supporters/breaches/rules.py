"""The 72-hour clock of a breach (GDPR article 33(1)), and what a breach needs before its end."""

from datetime import datetime, timedelta
from enum import StrEnum

ALARM_AFTER = timedelta(hours=48)
NOTIFY_WITHIN = timedelta(hours=72)


class BreachClock(StrEnum):
    """The state of the 72 hours. STOPPED: the authority was told, or need not be."""

    STOPPED = "stopped"
    RUNNING = "running"
    ALARM = "alarm"
    OVERDUE = "overdue"


def notify_by(discovered_at: datetime) -> datetime:
    """Return when the 72 hours are over."""
    return discovered_at + NOTIFY_WITHIN


def read_clock(discovered_at: datetime, now: datetime, *, is_decided: bool) -> BreachClock:
    """Return the state of the clock; `is_decided` tells that it was stopped."""
    if is_decided:
        return BreachClock.STOPPED
    if now >= notify_by(discovered_at):
        return BreachClock.OVERDUE
    return BreachClock.ALARM if now >= discovered_at + ALARM_AFTER else BreachClock.RUNNING


def needs_delay_reason(discovered_at: datetime, told_at: datetime) -> bool:
    """Tell whether the notification must give the reasons for its delay (GDPR article 33(1))."""
    return told_at > notify_by(discovered_at)
