"""Decides what the numbers of a campaign mean: why it was refused, when people left, the usual."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from supporters.smtp_replies import is_permanent

FEWEST_FOR_USUAL = 3
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


class RefusalReason(StrEnum):
    """Why a mail server refused an email to one person, by its codes (RFC 5321, RFC 3463)."""

    NO_MAILBOX = "no_mailbox"
    NO_DOMAIN = "no_domain"
    FULL = "full"
    DISABLED = "disabled"
    POLICY = "policy"
    TOO_LARGE = "too_large"
    NEVER_READY = "never_ready"
    UNSAID = "unsaid"


REASONS = {
    **dict.fromkeys(("5.1.0", "5.1.1", "5.1.3", "5.1.4", "5.1.6"), RefusalReason.NO_MAILBOX),
    **dict.fromkeys(("5.1.2", "5.1.10", "5.4.4"), RefusalReason.NO_DOMAIN),
    "5.2.1": RefusalReason.DISABLED,
    "5.2.2": RefusalReason.FULL,
    **dict.fromkeys(("5.2.3", "5.3.4"), RefusalReason.TOO_LARGE),
}
OF_PLAIN_CODES = {"552": RefusalReason.FULL, "553": RefusalReason.NO_MAILBOX}


class DepartureStep(StrEnum):
    """A time after the launch in which people left. The counts know whole hours only."""

    AT_ONCE = "at_once"
    FIRST_DAY = "first_day"
    SECOND_DAY = "second_day"
    FIRST_WEEK = "first_week"
    LATER = "later"


ENDS_OF_STEPS = {
    DepartureStep.AT_ONCE: 2 * HOUR,
    DepartureStep.FIRST_DAY: DAY,
    DepartureStep.SECOND_DAY: 2 * DAY,
    DepartureStep.FIRST_WEEK: WEEK,
}


def reason_of(reply: str | None) -> RefusalReason:
    """Return why an email was refused, from the stored codes of the reply."""
    code, _, enhanced = (reply or "").partition(" ")
    if code and not is_permanent(reply):
        return RefusalReason.NEVER_READY
    if enhanced.startswith("5.7."):
        return RefusalReason.POLICY
    if enhanced:
        return REASONS.get(enhanced, RefusalReason.UNSAID)
    return OF_PLAIN_CODES.get(code, RefusalReason.UNSAID)


def add_up_reasons(replies: Iterable[tuple[str | None, int]]) -> dict[RefusalReason, int]:
    """Return how many emails were refused for each reason, most first."""
    counts = Counter[RefusalReason]()
    for reply, emails in replies:
        counts[reason_of(reply)] += emails
    return dict(counts.most_common())


def add_up_steps(
    hours: Iterable[tuple[datetime, int]], launched_at: datetime
) -> dict[DepartureStep, int]:
    """Return how many people left in each step, all steps in their order."""
    steps = dict.fromkeys(DepartureStep, 0)
    began = launched_at.replace(minute=0, second=0, microsecond=0)
    for hour, people in hours:
        after = hour - began
        step = next((each for each, end in ENDS_OF_STEPS.items() if after < end), None)
        steps[step or DepartureStep.LATER] += people
    return steps


def share_of(people: int, accepted: int) -> float | None:
    """Return which part of those who got an email did something; None if nobody got it."""
    return people / accepted if accepted else None


def usual_of(shares: Sequence[float | None]) -> float | None:
    """Return the median of earlier campaigns; None if they are too few to call it usual."""
    known = [each for each in shares if each is not None]
    return median(known) if len(known) >= FEWEST_FOR_USUAL else None
