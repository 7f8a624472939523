"""Tells when an entry was sealed: after one signed head, and by another.

A place in the tree is no time: the heads around it are. They are signed, and each leads to the
newest one, so that whoever holds a proof can tell a consent that was written later from an old one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from supporters.transparency_log.log_records import moment
from supporters.transparency_log.merkle_tree import TiledTree
from supporters.transparency_log.models import LogHead
from supporters.transparency_log.queries import find_head_before, find_sealing_head

AT_ONCE = 20_000  # entries that are sealed by one head at most
LATE = timedelta(hours=1)
SKEW = timedelta(minutes=5)  # of the clocks of several machines


class Delay(StrEnum):
    """How the time of sealing stands to the moment at which something is said to have happened."""

    NONE = "none"
    OLDER_THAN_LOG = "older-than-log"
    STOOD_STILL = "stood-still"
    TOO_LATE = "too-late"


@dataclass(frozen=True, kw_only=True)
class SealingSpan:
    """The last head without an entry, if there was one, and the first with it.

    The paths show that the newest head grew out of each. `is_first` says that the entry was sealed
    when the log began, so that it may be older.
    """

    after: LogHead | None
    by: LogHead
    after_path: Sequence[bytes]
    by_path: Sequence[bytes]
    is_first: bool

    def delay_since(self, happened_at: datetime) -> Delay:
        """Tell whether what happened then was sealed soon."""
        after = self.after.sealed_at if self.after else None
        return judge_delay(happened_at, after, self.by.sealed_at, is_first=self.is_first)

    def as_json(self) -> dict[str, object]:
        """Return it for a proof."""
        return {
            "after_at": moment(self.after.sealed_at) if self.after else None,
            "by_at": moment(self.by.sealed_at),
            "after": self.after.checkpoint if self.after else None,
            "after_path": [step.hex() for step in self.after_path],
            "by": self.by.checkpoint,
            "by_path": [step.hex() for step in self.by_path],
        }


def judge_delay(
    happened_at: datetime, after: datetime | None, by: datetime, *, is_first: bool
) -> Delay:
    """Tell whether something was sealed soon after it happened.

    Where nothing was sealed from then on until it was, the worker stood still. Else others were
    sealed meanwhile, and this was written later than it says.
    """
    if by - happened_at <= LATE:
        return Delay.NONE
    if is_first:
        return Delay.OLDER_THAN_LOG
    if after is None or after <= happened_at + SKEW:
        return Delay.STOOD_STILL
    return Delay.TOO_LATE


def find_span(position: int, newest: LogHead, tree: TiledTree) -> SealingSpan:
    """Return when the entry at a place was sealed, with the paths to the newest head."""
    after, by = find_head_before(position), find_sealing_head(position) or newest
    return SealingSpan(
        after=after,
        by=by,
        after_path=_find_path(after, newest, tree),
        by_path=_find_path(by, newest, tree),
        is_first=position < find_first_size(),
    )


def _find_path(head: LogHead | None, newest: LogHead, tree: TiledTree) -> Sequence[bytes]:
    if head is None or head.size >= newest.size:
        return ()
    return tree.consistency_path(head.size, newest.size)


def find_first_size() -> int:
    """Return how many entries were sealed when the log began: what was older was taken in then.

    So many at once that it may have taken several heads, all of which but the last are full.
    """
    size = 0
    while head := find_sealing_head(size):
        size = head.size
        if size % AT_ONCE:
            break
    return size
