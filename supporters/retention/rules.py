"""The categories of data, the bounds of their retention times, and when a run is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ROUND_EVERY = timedelta(hours=24)
LATE_AFTER = timedelta(hours=48)
GIVEN_UP_AFTER = timedelta(hours=2)  # a run that hasn't ended by then has crashed
TIME_TO_ANSWER = timedelta(days=30)
ASKING_TAKES = timedelta(days=5)  # two days until all are asked, three in the outbox
QUESTION_COUNTS_FOR = timedelta(days=60)
QUARTER = 92
YEAR = 365
THREE_YEARS = 3 * YEAR
FIVE_YEARS = 5 * YEAR + 1


class Category(StrEnum):
    """A kind of personal data with its own retention time."""

    SIGNUPS = "signups"
    EMAILS = "letters"
    INVITATIONS = "invitations"
    PEOPLE = "people"
    PROOFS = "proofs"
    DELIVERIES = "deliveries"
    DISCLOSURES = "disclosures"
    CASES = "cases"
    BREACHES = "breaches"
    TICKETS = "tickets"
    SUPPRESSIONS = "suppressions"
    ACCOUNTS = "accounts"
    LOG = "log"
    AUDIT = "audit"
    PICTURES = "pictures"
    DRAFTS = "drafts"
    ANSWERS = "answers"


class RuleBasis(StrEnum):
    """The legal ground on which a category is retained."""

    CONSENT = "consent"
    PROOF = "proof"
    ACCOUNTABILITY = "accountability"
    SECURITY = "security"
    STEPS_BEFORE_CONSENT = "steps-before-consent"
    ASKING_ONCE = "asking-once"
    OBJECTION = "objection"
    STAFF = "staff"
    SHOWING_OUR_WORK = "showing-our-work"
    UNDOING_MISTAKES = "undoing-mistakes"


class RuleNote(StrEnum):
    """The data that a rule covers, and when its time begins."""

    UNCONFIRMED_SIGNUPS = "unconfirmed-signups"
    SENT_EMAILS = "sent-letters"
    UNANSWERED_INVITATIONS = "unanswered-invitations"
    SINCE_LAST_ACT = "since-last-act"
    SINCE_LEAVING = "since-leaving"
    SINCE_END_OF_CAMPAIGN = "since-end-of-campaign"
    HANDED_OUT = "handed-out"
    SINCE_CLOSED = "since-closed"
    ACCESS_LINKS = "access-links"
    UNTIL_THEY_COME_BACK = "until-they-come-back"
    SINCE_DISABLED = "since-disabled"
    SINCE_BREACH_CLOSED = "since-breach-closed"
    UNREADABLE_WITHOUT_KEY = "unreadable-without-key"
    ACTS_OF_TEAM = "acts-of-team"
    UNUSED_PICTURES = "unused-pictures"
    TRASH_AND_HISTORY = "trash-and-history"
    EACH_QUESTION = "each-question"


@dataclass(frozen=True)
class Bounds:
    """The fewest and the most days that an owner may choose."""

    lowest: int
    highest: int

    def __contains__(self, days: int) -> bool:
        """Tell whether so many days are allowed."""
        return self.lowest <= days <= self.highest


# The other times are promised in emails and on pages, or have no fixed end.
BOUNDS = {
    Category.EMAILS: Bounds(31, 92),
    Category.PEOPLE: Bounds(YEAR, THREE_YEARS),
    Category.PROOFS: Bounds(YEAR, FIVE_YEARS),
    Category.DELIVERIES: Bounds(YEAR, THREE_YEARS),
    Category.DISCLOSURES: Bounds(YEAR, FIVE_YEARS),
    Category.CASES: Bounds(YEAR, FIVE_YEARS),
    Category.BREACHES: Bounds(YEAR, FIVE_YEARS),
    Category.ACCOUNTS: Bounds(QUARTER, THREE_YEARS),
    Category.AUDIT: Bounds(YEAR, FIVE_YEARS),
    Category.PICTURES: Bounds(31, THREE_YEARS),
}


@dataclass(frozen=True)
class RoundTimes:
    """The times of the rounds: the last one begun, whether it ended, and the last that ended.

    `since` is the time from which rounds are expected.
    """

    since: datetime
    begun_at: datetime | None = None
    is_running: bool = False
    finished_at: datetime | None = None


def is_round_due(times: RoundTimes, now: datetime) -> bool:
    """Tell whether a round is due; a round that never ended counts as failed after two hours.

    One that begins long after now ran under a clock that was ahead. It holds up no other.
    """
    if times.begun_at is None:
        return True
    wait = GIVEN_UP_AFTER if times.is_running else ROUND_EVERY
    return abs(now - times.begun_at) >= wait


def next_round(times: RoundTimes) -> datetime:
    """Return when the next round is due."""
    if times.begun_at is None:
        return times.since
    return times.begun_at + (GIVEN_UP_AFTER if times.is_running else ROUND_EVERY)


def is_late(times: RoundTimes, now: datetime) -> bool:
    """Tell whether no round ended within 48 hours (REQ-38)."""
    return now - (times.finished_at or times.since) > LATE_AFTER


class InactivityStep(StrEnum):
    """The decision about a person who has been inactive for long."""

    WAIT = "wait"
    ASK = "ask"
    ERASE = "erase"


def judge_inactivity(
    acted_at: datetime,
    asked_at: datetime | None,
    *,
    days: int,
    now: datetime,
    unreachable_since: datetime | None = None,
) -> InactivityStep:
    """Decide on a person who may stay for so many days after their last act (REQ-36).

    `asked_at` is the time when the email left. A person is asked once, early enough that the email
    leaves 30 days before the end, and is never erased without 30 days to answer. An email of long
    ago doesn't count: since then the person was restricted, or the rule was another. Nobody is
    asked who can't be reached: their 30 days count from when we learnt it (ADR 109).
    """
    if acted_at > latest_act_to_ask(days, now):
        return InactivityStep.WAIT
    if unreachable_since is not None:
        asked_at = unreachable_since
    elif asked_at is None or asked_at < acted_at or asked_at <= latest_lapsed_question(now):
        return InactivityStep.ASK
    is_over = now >= acted_at + timedelta(days) and now >= asked_at + TIME_TO_ANSWER
    return InactivityStep.ERASE if is_over else InactivityStep.WAIT


def latest_act_to_ask(days: int, now: datetime) -> datetime:
    """Return the time of the last act up to which a person is asked now."""
    return now - timedelta(days) + TIME_TO_ANSWER + ASKING_TAKES


def latest_lapsed_question(now: datetime) -> datetime:
    """Return the time up to which sent emails are too old to count now."""
    return now - QUESTION_COUNTS_FOR
