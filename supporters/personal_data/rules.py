"""The conditions of looking at people, and of an export: reasons, and how many in a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

SHORTEST_REASON = 10
LONGEST_REASON = 500
EXPORTS_A_DAY = 3
PEOPLE_A_DAY = 50
SEARCHES_A_DAY = 200
LONGEST_NOTE = 300
DAY = timedelta(hours=24)


class LookupReason(StrEnum):
    """Why an account must look at more people than usual."""

    ANSWERS = "answers"
    EVENT = "event"
    CASES = "cases"
    CORRECTIONS = "corrections"
    OTHER = "other"


@dataclass(frozen=True)
class Allowance:
    """How many people an account may still open now, and how many searches it may still make."""

    people: int
    searches: int

    @property
    def is_used_up(self) -> bool:
        """Whether the account can't go on without a reason."""
        return not (self.people and self.searches)


def count_allowance(*, opened: int, searches: int, extensions: int) -> Allowance:
    """Return what is left of the last 24 hours. Each extension gives the same once more."""
    times = 1 + extensions
    return Allowance(
        people=max(0, times * PEOPLE_A_DAY - opened),
        searches=max(0, times * SEARCHES_A_DAY - searches),
    )


class ExportError(Enum):
    """Why an export was rejected."""

    UNKNOWN_LIST = auto()
    REASON_TOO_SHORT = auto()
    REASON_TOO_LONG = auto()
    TOO_MANY = auto()
    NOBODY = auto()
    NOT_LOGGED = auto()


def find_export_error(
    reason: str, *, earlier: Sequence[datetime], people: int, now: datetime
) -> ExportError | None:
    """Return why an export is rejected, if it is; `earlier` are the account's latest exports."""
    if len("".join(reason.split())) < SHORTEST_REASON:
        return ExportError.REASON_TOO_SHORT
    if len(reason) > LONGEST_REASON:
        return ExportError.REASON_TOO_LONG
    if count_exports_left(earlier, now) == 0:
        return ExportError.TOO_MANY
    return None if people else ExportError.NOBODY


def count_exports_left(earlier: Sequence[datetime], now: datetime) -> int:
    """Return how many exports an account may still make now."""
    return max(0, EXPORTS_A_DAY - sum(each > now - DAY for each in earlier))
