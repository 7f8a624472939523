"""Decisions about imports: which ways are refused, and at what pace people are asked."""

from datetime import datetime, timedelta
from enum import StrEnum

INVITATION_LIFETIME = timedelta(days=30)
NOT_ASKED_AGAIN_FOR = timedelta(days=3 * 365)
UNFINISHED_LIFETIME = timedelta(days=14)
REPORT_LIFETIME = timedelta(days=30)
LETTER_LIFETIME = timedelta(days=3)
DAY = timedelta(days=1)
FIRST_DAY = 500
MOST_A_DAY = 50_000
MOST_AT_ONCE = 500
MOST_LEAVING = 1000  # letters in the outbox: while the mail server takes none, none are added
ENOUGH_TRIED = 100
ENOUGH_REFUSED = 10
REFUSED_SHARE = 0.05  # receivers begin to slow a sender down at about this share
EARLIEST_YEAR = 1990


class RefusedWay(StrEnum):
    """The ways that can't be taken: nobody in such a file gave their address to the party."""

    RENTED = "rented"
    BOUGHT = "bought"
    EXCHANGED = "exchanged"
    VENDOR = "vendor"
    REGISTER = "register"
    SCRAPED = "scraped"
    UNKNOWN = "unknown"


def is_period(first: int, last: int, this_year: int) -> bool:
    """Tell whether a list can have been collected from one year to the other."""
    return EARLIEST_YEAR <= first <= last <= this_year


def allowance(day: int) -> int:
    """Return how many people may be asked on a day of the warm-up, the first being 0.

    Receivers distrust a sender who writes to many at once for the first time: it begins small,
    doubles each day, and stays at its most.
    """
    doublings = (MOST_A_DAY // FIRST_DAY).bit_length()
    return min(FIRST_DAY << min(day, doublings), MOST_A_DAY)


def days_to_ask(people: int) -> int:
    """Return on how many days so many people are asked."""
    day = 0
    while people > 0:
        people -= allowance(day)
        day += 1
    return day


def most_in_a_day(people: int) -> int:
    """Return how many of so many people are asked on the busiest day."""
    most, day = 0, 0
    while people > most:
        most = max(most, min(allowance(day), people))
        people -= allowance(day)
        day += 1
    return most


def day_of(since: datetime, now: datetime) -> int:
    """Return which day of the warm-up it is, the first being 0."""
    return max(0, (now - since) // DAY)


def count_due(since: datetime, asked_in_day: int, now: datetime) -> int:
    """Return how many people are to be asked now, so that a day's letters leave evenly."""
    day = day_of(since, now)
    share = (now - since - day * DAY) / DAY
    due = int(allowance(day) * min(max(share, 0), 1)) + 1 - asked_in_day
    return min(max(due, 0), MOST_AT_ONCE)


def is_refused_too_often(tried: int, refused: int) -> bool:
    """Tell whether so many letters were refused that asking on would harm all our mail."""
    return tried >= ENOUGH_TRIED and refused >= max(ENOUGH_REFUSED, tried * REFUSED_SHARE)
