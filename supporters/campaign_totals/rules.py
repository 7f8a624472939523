"""Decides what the numbers of a campaign mean: why it was refused, when people left, the usual."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from supporters.bounce_classes.classes import BounceClass
from supporters.smtp_replies import class_of

FEWEST_FOR_USUAL = 3
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


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


def add_up_reasons(replies: Iterable[tuple[str | None, int]]) -> dict[BounceClass, int]:
    """Return how many emails were refused for each reason, most first."""
    counts = Counter[BounceClass]()
    for reply, emails in replies:
        counts[class_of(reply)] += emails
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
