"""Decides which lists may not be imported, and when and to how many people invitations go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

INVITATION_LIFETIME = timedelta(days=30)
SUPPRESSED_FOR = timedelta(days=3 * 365)
UNFINISHED_LIFETIME = timedelta(days=14)
REPORT_LIFETIME = timedelta(days=30)
MAIL_LIFETIME = timedelta(days=3)
DAY = timedelta(days=1)
FIRST_DAY = 500
MOST_A_DAY = 50_000
MOST_AT_ONCE = 500
MOST_QUEUED = 1000  # emails in the outbox: none are added while the mail server accepts none
ENOUGH_TRIED = 100
ENOUGH_REFUSED = 10
REFUSED_SHARE = 0.05  # receivers start to slow a sender down at about this share
EARLIEST_YEAR = 1990
WAITING_TIME = timedelta(hours=48)  # for the owners who did not know of it to stop an import
LIMIT_PERIOD = timedelta(days=30)
INVITATIONS_PER_SUBSCRIBER = 2
FEWEST_ALLOWED = 500  # so that a new party can begin
ANSWER_TIME = timedelta(days=3)  # most of those who accept do it by then
ENOUGH_ANSWERS = 200
ACCEPTED_SHARE = 0.02  # people who once asked for the news accept more often
ENOUGH_INVITED = 100
MANY_DECLINED = 10
DECLINED_SHARE = 0.05  # mailbox providers judge complaints at far lower shares


class RefusedOrigin(StrEnum):
    """The origins that we refuse: nobody in such a file gave their address to the party."""

    RENTED = "rented"
    BOUGHT = "bought"
    EXCHANGED = "exchanged"
    VENDOR = "vendor"
    REGISTER = "register"
    SCRAPED = "scraped"
    UNKNOWN = "unknown"


def is_period(first: int, last: int, this_year: int) -> bool:
    """Tell whether two years are a possible period of collection."""
    return EARLIEST_YEAR <= first <= last <= this_year


def daily_limit(day: int) -> int:
    """Return how many people may be invited on a day of the warm-up. The first day is 0.

    Receivers distrust a new sender that writes to many people at once. So the number starts small,
    doubles each day, and stays at the maximum.
    """
    doublings = (MOST_A_DAY // FIRST_DAY).bit_length()
    return min(FIRST_DAY << min(day, doublings), MOST_A_DAY)


def days_to_invite(people: int) -> int:
    """Return how many days it takes to invite so many people."""
    day = 0
    while people > 0:
        people -= daily_limit(day)
        day += 1
    return day


def busiest_day(people: int) -> int:
    """Return how many of so many people are invited on the busiest day."""
    most, day = 0, 0
    while people > most:
        most = max(most, min(daily_limit(day), people))
        people -= daily_limit(day)
        day += 1
    return most


def day_of(since: datetime, now: datetime) -> int:
    """Return the day of the warm-up. The first day is 0."""
    return max(0, (now - since) // DAY)


def count_due(since: datetime, asked_in_day: int, now: datetime) -> int:
    """Return how many invitations are due now, so that a day's emails are spread evenly."""
    day = day_of(since, now)
    share = (now - since - day * DAY) / DAY
    due = int(daily_limit(day) * min(max(share, 0), 1)) + 1 - asked_in_day
    return min(max(due, 0), MOST_AT_ONCE)


def is_rejected_too_often(tried: int, refused: int) -> bool:
    """Tell whether so many emails were rejected that more would harm all our mail."""
    return tried >= ENOUGH_TRIED and refused >= max(ENOUGH_REFUSED, tried * REFUSED_SHARE)


def first_invitation_at(approved_at: datetime, now: datetime) -> datetime:
    """Return when the first invitation of an import may leave.

    The owners and the officer have learnt of the approval by email, and each owner can stop it
    until then.
    """
    return max(now, approved_at + WAITING_TIME)


def most_to_invite(subscribers: int, invited_lately: int) -> int:
    """Return how many people may be invited now.

    Mailbox providers know a sender by the share of people who want its emails, and a bought list is
    much larger than the party. So the invitations of 30 days are in proportion to the subscribers.
    """
    return max(FEWEST_ALLOWED, INVITATIONS_PER_SUBSCRIBER * subscribers) - invited_lately


@dataclass(frozen=True, kw_only=True)
class InvitationAnswers:
    """The invitations of an import and their answers. `settled` ones had the time to answer."""

    invited: int
    settled: int
    accepted: int
    declined: int


class AnswerVerdict(Enum):
    """The decision about an import, from the answers of the people."""

    GO_ON = auto()
    FEW_ACCEPT = auto()
    MANY_DECLINE = auto()


def judge_answers(answers: InvitationAnswers) -> AnswerVerdict:
    """Decide whether an import goes on.

    If hardly anybody accepts, or many say “never”, these people never asked for the party's news.
    """
    if answers.invited >= ENOUGH_INVITED and answers.declined >= max(
        MANY_DECLINED, DECLINED_SHARE * answers.invited
    ):
        return AnswerVerdict.MANY_DECLINE
    is_wanted = answers.accepted >= ACCEPTED_SHARE * answers.settled
    return (
        AnswerVerdict.GO_ON
        if is_wanted or answers.settled < ENOUGH_ANSWERS
        else AnswerVerdict.FEW_ACCEPT
    )
