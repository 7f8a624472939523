"""What an export needs: a reason that says something, and not too many others before it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

SHORTEST_REASON = 10
LONGEST_REASON = 500
EXPORTS_A_DAY = 3
DAY = timedelta(hours=24)


class ExportRefused(Enum):
    """Why nothing was handed out."""

    UNKNOWN_LIST = auto()
    REASON_TOO_SHORT = auto()
    REASON_TOO_LONG = auto()
    TOO_MANY = auto()
    NOBODY = auto()


def find_fault(
    reason: str, *, earlier: Sequence[datetime], people: int, now: datetime
) -> ExportRefused | None:
    """Return why an export may not be made, if so; `earlier` are the account's latest ones."""
    if count_letters_of(reason) < SHORTEST_REASON:
        return ExportRefused.REASON_TOO_SHORT
    if len(reason) > LONGEST_REASON:
        return ExportRefused.REASON_TOO_LONG
    if exports_left(earlier, now) == 0:
        return ExportRefused.TOO_MANY
    return None if people else ExportRefused.NOBODY


def count_letters_of(reason: str) -> int:
    """Return how many characters of a reason say something: white space doesn't."""
    return len("".join(reason.split()))


def exports_left(earlier: Sequence[datetime], now: datetime) -> int:
    """Return how many exports an account may still make at this moment."""
    return max(0, EXPORTS_A_DAY - sum(each > now - DAY for each in earlier))
