"""How fast a campaign goes and when it will be done, in words."""

from datetime import timedelta
from math import ceil

from flask_babel import format_date, format_decimal, format_time, gettext, ngettext

from supporters import clock

MINUTES_IN_DETAIL = 90


def describe_rate(rate: float) -> str:
    """Return a rate in mails a second in words: a slow one by the minute."""
    if rate >= 1:
        number = format_decimal(round(rate, 1) if rate < 10 else round(rate))
        return str(gettext("%(number)s a second", number=number))
    return str(gettext("%(number)s a minute", number=format_decimal(ceil(rate * 60))))


def describe_time_left(seconds: int) -> str:
    """Return how long it still takes, and the time of day at which that is over."""
    minutes = ceil(seconds / 60)
    if minutes <= 1:
        return str(gettext("about a minute left"))
    end = _name_end(seconds)
    if minutes <= MINUTES_IN_DETAIL:
        words = ngettext(
            "about %(count)s minute left, until %(end)s",
            "about %(count)s minutes left, until %(end)s",
            minutes,
            count=minutes,
            end=end,
        )
        return str(words)
    hours = round(minutes / 60)
    words = ngettext(
        "about %(count)s hour left, until %(end)s",
        "about %(count)s hours left, until %(end)s",
        hours,
        count=format_decimal(hours),
        end=end,
    )
    return str(words)


def _name_end(seconds: int) -> str:
    now = clock.now()
    end = now + timedelta(seconds=seconds)
    time = str(format_time(end, "short"))
    return time if seconds < 20 * 3600 else f"{format_date(end, 'd MMM')}, {time}"
