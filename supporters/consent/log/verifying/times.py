"""Compares when something is said to have happened with when it was sealed.

A record that is written today and says that it is of last year is told by its place in the log.
"""

from array import array
from bisect import bisect_right
from datetime import UTC, datetime

from sqlalchemy import func, select

from supporters.consent.log.models import LogHead, Restoration
from supporters.consent.log.sealing_spans import SKEW, Delay, find_first_size, judge_delay
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream
from supporters.consent.log.verifying.sources import Sealed
from supporters.consent.models import EventKind
from supporters.database import db

WRITTEN_LATER = {EventKind.REQUESTED.value}  # of a known person: with their confirmation
REPEATED = {  # after a restoration, with the moment at which they were done first
    kind.value
    for kind in (
        *(EventKind.WITHDRAWN, EventKind.OBJECTED),
        *(EventKind.RESTRICTED, EventKind.RELEASED),
    )
}


class SealingTimes:
    """When each place of the tree was sealed."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._sizes, self._times = array("q"), array("d")
        self._first_size = find_first_size()
        self._restored_at = db.session.scalar(select(func.max(Restoration.occurred_at)))
        for size, sealed_at in stream(
            select(LogHead.size, LogHead.sealed_at).order_by(LogHead.size)
        ):
            self._sizes.append(size)
            self._times.append(sealed_at.timestamp())

    def look(self, sealed: Sealed) -> None:
        """Report a record that was sealed long after, or before, it says that it happened.

        It is no fault where the worker stood still. What was sealed when the log began may be of
        before.
        """
        if sealed.position is None or sealed.kind in WRITTEN_LATER:
            return
        place = bisect_right(self._sizes, sealed.position)
        if place == len(self._sizes):
            return
        by, row = self._at(place), f"{sealed.kind} {sealed.id}"
        after = self._at(place - 1) if place else None
        is_first = sealed.position < self._first_size
        delay = judge_delay(sealed.happened_at, after, by, is_first=is_first)
        if delay is Delay.NONE and sealed.happened_at - by > SKEW and not is_first:
            what = "it was sealed before the moment at which it says that it happened"
            self._report.note("log_entry", row, what)
        elif delay is Delay.TOO_LATE and not self._is_repeated(sealed):
            what = f"it says {_say(sealed.happened_at)}, and was sealed between {_say(after)} and"
            what = f"{what} {_say(by)}: it was written later than it says"
            self._report.fault("log_entry", row, what, position=sealed.position)
        elif delay in {Delay.STOOD_STILL, Delay.TOO_LATE}:
            what = f"it says {_say(sealed.happened_at)}, and was sealed by {_say(by)} only: "
            why = "the worker stood still" if delay is Delay.STOOD_STILL else "it was done again"
            self._report.note("log_entry", row, f"{what}{why}")

    def _at(self, place: int) -> datetime:
        return datetime.fromtimestamp(self._times[place], UTC)

    def _is_repeated(self, sealed: Sealed) -> bool:
        """Tell whether a taking-back may have been done again after a restoration."""
        restored_at = self._restored_at
        return (
            sealed.kind in REPEATED
            and restored_at is not None
            and sealed.happened_at <= restored_at
        )


def _say(when: datetime | None) -> str:
    return "" if when is None else when.isoformat(timespec="seconds")
