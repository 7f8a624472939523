"""Finds when an entry was sealed: between which two checkpoints.

A position in the tree gives no time; the checkpoints before and after it do. They are signed, and
each has a consistency path to the latest one. So a proof shows if a consent was written later than
it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from supporters.transparency_log.log_records import format_moment
from supporters.transparency_log.merkle_tree import TiledTree
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_checkpoint_before, find_sealing_checkpoint

MOST_PER_CHECKPOINT = 20_000  # the most entries that one checkpoint adds
LATE = timedelta(hours=1)
CLOCK_SKEW = timedelta(minutes=5)  # between the clocks of several machines


class Delay(StrEnum):
    """Why an entry was sealed long after the time that its record gives; NONE if it was not."""

    NONE = "none"
    OLDER_THAN_LOG = "older-than-log"
    WORKER_STOPPED = "stood-still"
    TOO_LATE = "too-late"


@dataclass(frozen=True, kw_only=True)
class SealingSpan:
    """The last checkpoint without an entry, if there is one, and the first with it.

    The paths show that the latest checkpoint extends each of them. `is_first`: the entry was sealed
    when the log began, so it may be older than the log.
    """

    after: LogCheckpoint | None
    by: LogCheckpoint
    after_path: Sequence[bytes]
    by_path: Sequence[bytes]
    is_first: bool

    def delay_since(self, happened_at: datetime) -> Delay:
        """Classify the time between an event and its sealing."""
        after = self.after.sealed_at if self.after else None
        return classify_delay(happened_at, after, self.by.sealed_at, is_first=self.is_first)

    def as_json(self) -> dict[str, object]:
        """Return the span for a proof."""
        return {
            "after_at": format_moment(self.after.sealed_at) if self.after else None,
            "by_at": format_moment(self.by.sealed_at),
            "after": self.after.checkpoint if self.after else None,
            "after_path": [step.hex() for step in self.after_path],
            "by": self.by.checkpoint,
            "by_path": [step.hex() for step in self.by_path],
        }


def classify_delay(
    happened_at: datetime, after: datetime | None, by: datetime, *, is_first: bool
) -> Delay:
    """Classify the time between an event and its sealing.

    If nothing was sealed in that time, the worker did not run. If other entries were sealed, the
    record was written later than it says.
    """
    if by - happened_at <= LATE:
        return Delay.NONE
    if is_first:
        return Delay.OLDER_THAN_LOG
    if after is None or after <= happened_at + CLOCK_SKEW:
        return Delay.WORKER_STOPPED
    return Delay.TOO_LATE


def find_sealing_span(position: int, newest: LogCheckpoint, tree: TiledTree) -> SealingSpan:
    """Return when the entry at a position was sealed, with the paths to the latest checkpoint."""
    after, by = find_checkpoint_before(position), find_sealing_checkpoint(position) or newest
    return SealingSpan(
        after=after,
        by=by,
        after_path=_find_path(after, newest, tree),
        by_path=_find_path(by, newest, tree),
        is_first=position < find_first_size(),
    )


def _find_path(
    checkpoint: LogCheckpoint | None, newest: LogCheckpoint, tree: TiledTree
) -> Sequence[bytes]:
    if checkpoint is None or checkpoint.size >= newest.size:
        return ()
    return tree.consistency_path(checkpoint.size, newest.size)


def find_first_size() -> int:
    """Return how many entries were sealed when the log began. They include the older records.

    They may fill several checkpoints. All of these but the last have the largest number of entries.
    """
    size = 0
    while checkpoint := find_sealing_checkpoint(size):
        size = checkpoint.size
        if size % MOST_PER_CHECKPOINT:
            break
    return size
