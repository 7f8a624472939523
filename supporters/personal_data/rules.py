"""The conditions of an export: a meaningful reason, and not too many exports that day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

SHORTEST_REASON = 10
LONGEST_REASON = 500
EXPORTS_A_DAY = 3
DAY = timedelta(hours=24)


class ExportError(Enum):
    """Why an export was rejected."""

    UNKNOWN_LIST = auto()
    REASON_TOO_SHORT = auto()
    REASON_TOO_LONG = auto()
    TOO_MANY = auto()
    NOBODY = auto()


def find_export_error(
    reason: str, *, earlier: Sequence[datetime], people: int, now: datetime
) -> ExportError | None:
    """Return why an export is rejected, if it is; `earlier` are the account's latest exports."""
    if count_characters_of(reason) < SHORTEST_REASON:
        return ExportError.REASON_TOO_SHORT
    if len(reason) > LONGEST_REASON:
        return ExportError.REASON_TOO_LONG
    if count_exports_left(earlier, now) == 0:
        return ExportError.TOO_MANY
    return None if people else ExportError.NOBODY


def count_characters_of(reason: str) -> int:
    """Return the number of characters of a reason without white space."""
    return len("".join(reason.split()))


def count_exports_left(earlier: Sequence[datetime], now: datetime) -> int:
    """Return how many exports an account may still make now."""
    return max(0, EXPORTS_A_DAY - sum(each > now - DAY for each in earlier))
