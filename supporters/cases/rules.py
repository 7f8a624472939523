"""Decisions about privacy requests: deadlines (GDPR article 12(3), Regulation 1182/71), disputes,
and the limits of My data.
"""

import calendar
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from supporters.people.mailbox_providers import MAILBOX_PROVIDERS

PARIS = ZoneInfo("Europe/Paris")
SATURDAY = 5
FEWEST_DISPUTES = 5
OVERWHELMING_SHARE = 0.1
NEWCOMER_FOR = timedelta(days=30)
EXTENDED_MONTHS = 3  # the first month, and two more
FIRST_REMINDER = timedelta(days=10)
LAST_REMINDER = timedelta(days=2)
LINK_LIFETIME = timedelta(hours=24)
SESSION_LIFETIME = timedelta(minutes=30)
CHANGE_LIFETIME = timedelta(hours=24)
NOTICE_LIFETIME = timedelta(days=3)
BETWEEN_LINKS = timedelta(hours=1)
LINKS_A_DAY = 3
CHANGES_A_DAY = 3
ACTS_A_DAY = 5  # of an organiser, on behalf of people
ACTS_A_DAY_OF_GUARDIANS = 20  # of an owner or the data protection officer
ALARM_EVERY = 10
PAUSES = (1, 3, 6)
UNTIL_RESUMED = datetime(9000, 1, 1, tzinfo=UTC)


class Urgency(StrEnum):
    """How near the due date of a case is."""

    CALM = "calm"
    SOON = "soon"
    OVERDUE = "overdue"


class Extension(StrEnum):
    """Whether a case can be extended by two months."""

    POSSIBLE = "possible"
    TOO_LATE = "too-late"
    DONE = "done"
    CLOSED = "closed"


class DisputeVerdict(StrEnum):
    """The decision about a campaign whose readers say that they never signed up."""

    NOTHING = "nothing"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """A reader who says that they never signed up; an erased person has no mailbox."""

    mailbox: str | None
    is_newcomer: bool = False


def due_at(received_at: datetime, months: int = 1) -> datetime:
    """Return the end of the last day to answer: some months later, or the next working day."""
    day = _months_later(received_at.astimezone(PARIS).date(), months)
    while day.weekday() >= SATURDAY or day in _french_holidays():
        day += timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def judge_disputes(
    disputes: Sequence[Dispute], *, accepted: int, audience: int, limit: int
) -> DisputeVerdict:
    """Decide on a campaign by its disputes since somebody last resumed it.

    `accepted` is the number of messages that the relay took; at `limit` disputes of 1,000 of them
    it is paused. If a tenth of the whole audience disputes it, the campaign is
    paused, even if they all count as one source. A warning comes at the fifth dispute, and each
    time that their number has doubled.
    """
    number = len(disputes)
    if number < FEWEST_DISPUTES:
        return DisputeVerdict.NOTHING
    counted = len({_source_of(dispute) for dispute in disputes})
    is_share = counted >= FEWEST_DISPUTES and 1_000 * counted >= limit * accepted
    if is_share or number >= OVERWHELMING_SHARE * audience:
        return DisputeVerdict.STOP
    times, rest = divmod(number, FEWEST_DISPUTES)
    return DisputeVerdict.WARN if rest == 0 and times.bit_count() == 1 else DisputeVerdict.NOTHING


def _source_of(dispute: Dispute) -> str:
    """Return the source of a dispute; disputes with the same source count as one.

    One opponent can create any number of addresses, also below their own domain.
    """
    if dispute.mailbox is None:
        return "erased"
    if dispute.is_newcomer:
        return "newcomer"
    domain = dispute.mailbox.rpartition("@")[2]
    return dispute.mailbox if domain in MAILBOX_PROVIDERS else ".".join(domain.split(".")[-2:])


def last_day(due: datetime) -> date:
    """Return the last day for an answer."""
    return (due - timedelta(seconds=1)).astimezone(PARIS).date()


def urgency_of(due: datetime, now: datetime) -> Urgency:
    """Return how near the due date is."""
    if now >= due:
        return Urgency.OVERDUE
    return Urgency.SOON if due - now <= FIRST_REMINDER else Urgency.CALM


def judge_extension(
    received_at: datetime,
    now: datetime,
    *,
    extended_at: datetime | None,
    closed_at: datetime | None,
) -> Extension:
    """Tell whether a case can be extended: once, and only in its first month."""
    if closed_at is not None:
        return Extension.CLOSED
    if extended_at is not None:
        return Extension.DONE
    return Extension.POSSIBLE if now < due_at(received_at) else Extension.TOO_LATE


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@cache
def _french_holidays() -> Container[date]:
    """Return the public holidays of France; the import is late because it takes 19 MB."""
    from holidays import country_holidays  # noqa: PLC0415

    return country_holidays("FR")


def may_send_link(sent: Sequence[datetime], now: datetime, *, is_blocked: bool = False) -> bool:
    """Tell whether one more email may open My data.

    A link works for a day. An email is only withheld while earlier links still work, so a stranger
    who asks again and again keeps nobody from their data (ADR 028). "It wasn't me" blocks signup
    emails; the right to one's data stays, by one email a day (ADR 071).
    """
    last_day = [each for each in sent if each > now - LINK_LIFETIME]
    is_soon = any(each > now - BETWEEN_LINKS for each in last_day)
    return not is_soon and len(last_day) < (1 if is_blocked else LINKS_A_DAY)


def may_change_again(asked: Sequence[datetime], now: datetime) -> bool:
    """Tell whether a person may ask for one more address change today."""
    return sum(each > now - timedelta(days=1) for each in asked) < CHANGES_A_DAY


def pause_until(now: datetime, months: int | None) -> datetime:
    """Return the end of a pause: the same day some months later, or when the person resumes."""
    if months is None:
        return UNTIL_RESUMED
    year, month = divmod(now.year * 12 + now.month - 1 + months, 12)
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)
