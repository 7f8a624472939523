"""How long links and sessions of "My data" last, and how often they may be asked for."""

import calendar
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

LINK_LIFETIME = timedelta(hours=24)
SESSION_LIFETIME = timedelta(minutes=30)
CHANGE_LIFETIME = timedelta(hours=24)
NOTICE_LIFETIME = timedelta(days=3)
BETWEEN_LINKS = timedelta(hours=1)
LINKS_A_DAY = 3
CHANGES_A_DAY = 3
PAUSES = (1, 3, 6)
UNTIL_RESUMED = datetime(9000, 1, 1, tzinfo=UTC)


def may_send_link(sent: Sequence[datetime], now: datetime) -> bool:
    """Tell whether one more email may open "My data".

    A link works for a day, and what keeps one more away are links that work: strangers who ask
    again and again keep nobody from their data (ADR 028).
    """
    last_day = [each for each in sent if each > now - LINK_LIFETIME]
    is_soon = any(each > now - BETWEEN_LINKS for each in last_day)
    return not is_soon and len(last_day) < LINKS_A_DAY


def may_change_again(asked: Sequence[datetime], now: datetime) -> bool:
    """Tell whether a person may name one more new address today."""
    return sum(each > now - timedelta(days=1) for each in asked) < CHANGES_A_DAY


def pause_until(now: datetime, months: int | None) -> datetime:
    """Return the end of a pause: the same day some months on, or the day it is ended by hand."""
    if months is None:
        return UNTIL_RESUMED
    year, month = divmod(now.year * 12 + now.month - 1 + months, 12)
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)
