"""Decides by the figures of a campaign whether its thresholds are reached.

All thresholds are in 1,000 people. The defaults are those of public practice: mailbox providers ask
for less than 3 complaints in 1,000 (Google's rules for bulk senders); services that send for others
ask for at most 5 % of dead addresses, and 1 % of people who leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

FEWEST_PEOPLE = 5  # fewer departures prove nothing about a campaign
FEWEST_ANSWERS = 100  # of the relay: fewer prove nothing about a list
FEWEST_COMPLAINTS = 3
FEWEST_OF_FEW, FEWEST_RETURNED = 3, 10  # bounces about us that pause a small campaign, and others
MANY_RETURNED = 50  # bounces about us that pause any campaign
TOLD_FROM = 1  # complaints in 1,000 people (REQ-74)
PER = 1000


class Threshold(StrEnum):
    """The subject of a threshold."""

    DISPUTED = "disputed"
    REFUSED = "refused"
    DEPARTED = "departed"
    COMPLAINED = "complained"


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The thresholds of an installation, in 1,000 people."""

    disputed: int = 3
    refused: int = 50
    departed: int = 10
    complained: int = 3


@dataclass(frozen=True, kw_only=True)
class RunFigures:
    """The results of a campaign so far.

    `departed`: people who left by a link of its emails. `disputed`: those who say that they never
    signed up. `complained`: those who pressed the spam button. `refused` has the emails to dead
    mailboxes too that came back later.
    """

    accepted: int = 0
    refused: int = 0
    departed: int = 0
    disputed: int = 0
    complained: int = 0


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure beside its threshold: `count` of `base` people, and at most `limit` of 1,000."""

    threshold: Threshold
    count: int
    base: int
    limit: int

    @property
    def is_reached(self) -> bool:
        """Whether the figure is at its threshold, or above."""
        return self.count > 0 and self.count * PER >= self.limit * self.base

    @property
    def words(self) -> str:
        """The numbers, for a recorded problem: count, base, limit."""
        return f"{self.count}/{self.base}/{self.limit}"


def measure(figures: RunFigures, thresholds: Thresholds) -> Sequence[Measure]:
    """Return each figure beside its threshold."""
    answered = figures.accepted + figures.refused
    rows = (
        (Threshold.REFUSED, figures.refused, answered, thresholds.refused),
        (Threshold.DEPARTED, figures.departed, figures.accepted, thresholds.departed),
        (Threshold.DISPUTED, figures.disputed, figures.accepted, thresholds.disputed),
        (Threshold.COMPLAINED, figures.complained, figures.accepted, thresholds.complained),
    )
    return [
        Measure(threshold=threshold, count=count, base=base, limit=limit)
        for threshold, count, base, limit in rows
    ]


def may_continue(figures: RunFigures, thresholds: Thresholds) -> bool:
    """Tell whether a campaign may go on after its first wave without a person.

    Few people are enough to make it wait: a person then looks.
    """
    return not any(each.is_reached for each in measure(figures, thresholds))


def find_too_many_departed(
    *, departed: int, accepted: int, thresholds: Thresholds
) -> Measure | None:
    """Return the measure by which a campaign must pause, because too many people leave."""
    limit = thresholds.departed
    found = Measure(threshold=Threshold.DEPARTED, count=departed, base=accepted, limit=limit)
    return found if departed >= FEWEST_PEOPLE and found.is_reached else None


def find_too_many_refused(*, refused: int, answers: int, thresholds: Thresholds) -> Measure | None:
    """Return the measure by which a campaign must pause, because too many addresses are dead."""
    limit = thresholds.refused
    found = Measure(threshold=Threshold.REFUSED, count=refused, base=answers, limit=limit)
    return found if answers >= FEWEST_ANSWERS and found.is_reached else None


def find_too_many_complaints(
    *, complained: int, accepted: int, thresholds: Thresholds
) -> Measure | None:
    """Return the measure by which a campaign must pause, because too many people complain."""
    limit = thresholds.complained
    found = Measure(threshold=Threshold.COMPLAINED, count=complained, base=accepted, limit=limit)
    return found if complained >= FEWEST_COMPLAINTS and found.is_reached else None


def must_tell_of_complaints(*, complained: int, accepted: int) -> bool:
    """Tell whether the team must hear of complaints, before they pause anything."""
    return complained > 0 and complained * PER >= TOLD_FROM * accepted


def find_too_many_returned(
    *, about_us: int, accepted: int, audience: int, thresholds: Thresholds
) -> Measure | None:
    """Return the measure by which a campaign must pause: too many emails return because of us."""
    found = Measure(
        threshold=Threshold.REFUSED, count=about_us, base=accepted, limit=thresholds.refused
    )
    fewest = max(FEWEST_OF_FEW, min(FEWEST_RETURNED, audience))
    is_many = about_us >= fewest and found.is_reached
    return found if is_many or about_us >= MANY_RETURNED else None
