"""Decides which audiences are stored, and when one is counted again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FEWEST_STORED = 50_000  # subscriptions; a page counts fewer itself
VALID_FOR = timedelta(hours=2)  # without a worker, the pages count again
AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class StoredAudience:
    """The people of some campaigns; `is_urgent`: one of them waits for a decision or its launch."""

    selection: str
    is_urgent: bool
    counted_at: datetime | None


def list_due(audiences: Iterable[StoredAudience], now: datetime) -> list[str]:
    """Return what to count, first things first: unknown, then urgent, then old numbers."""
    due = [each for each in audiences if _is_due(each, now)]
    due.sort(key=lambda each: (_rank(each), each.counted_at or now))
    return [each.selection for each in due]


def _is_due(audience: StoredAudience, now: datetime) -> bool:
    if audience.counted_at is None or audience.is_urgent:
        return True
    return now - audience.counted_at >= AGAIN_AFTER


def _rank(audience: StoredAudience) -> int:
    if audience.counted_at is None:
        return 0
    return 1 if audience.is_urgent else 2
