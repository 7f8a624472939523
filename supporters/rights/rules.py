"""When a request must be answered (GDPR article 12(3), Regulation 1182/71), or a mailing ends."""

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
SATURDAY = 5
FEWEST_CONTESTS = 5
CONTESTED_SHARE = 0.003


def due_at(received_at: datetime, months: int = 1) -> datetime:
    """Return the end of the last day to answer: that day some months on, or the next workday."""
    received = received_at.astimezone(PARIS).date()
    day = _months_later(received, months)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def must_stop(contests: int, known: int, accepted: int) -> bool:
    """Tell whether a campaign must be stopped, after so many people said they never signed up.

    `known` is how many of them there were when somebody last decided; `accepted` is how many mails
    have left. Three in a thousand is what mailbox providers take for an abuse.
    """
    new = contests - known
    return new >= FEWEST_CONTESTS and new >= CONTESTED_SHARE * accepted


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
