"""Compares when something is said to have happened with when it was sealed.

A record that is written today and says that it is of last year is told by its place in the log.
"""

from array import array
from bisect import bisect_right
from datetime import timedelta

from sqlalchemy import select

from supporters.consent.log.models import LogHead
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream
from supporters.consent.log.verifying.sources import Sealed
from supporters.consent.models import EventKind

LATE = timedelta(days=1)
SKEW = timedelta(minutes=5)
WRITTEN_LATER = {EventKind.REQUESTED.value}  # of a known person: with their confirmation


class SealingTimes:
    """When each place of the tree was sealed."""

    def __init__(self) -> None:
        self._sizes, self._times = array("q"), array("d")
        for size, sealed_at in stream(
            select(LogHead.size, LogHead.sealed_at).order_by(LogHead.size)
        ):
            self._sizes.append(size)
            self._times.append(sealed_at.timestamp())

    def look(self, report: Report, sealed: Sealed) -> None:
        """Note a record that was sealed long after, or before, it says that it happened.

        What the first head sealed may be of before there was a log.
        """
        if sealed.position is None or not self._sizes or sealed.position < self._sizes[0]:
            return
        place = bisect_right(self._sizes, sealed.position)
        if place == len(self._sizes):
            return
        waited = self._times[place] - sealed.happened_at.timestamp()
        if waited > LATE.total_seconds() and sealed.kind not in WRITTEN_LATER:
            days = int(waited / LATE.total_seconds())
            what = f"it was sealed {days} days after the moment at which it says that it happened"
        elif waited < -SKEW.total_seconds():
            what = "it was sealed before the moment at which it says that it happened"
        else:
            return
        report.note("log_entry", f"{sealed.kind} {sealed.id}", what)
