"""Remembers which records were erased, in eight bytes for each; it believes no bad erasure."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import cast

from sqlalchemy import and_, select

from supporters.consent.log.describing import ERASED
from supporters.consent.log.erasures import (
    NOT_AS_SEALED,
    Entry,
    find_erasure_fault,
    find_open_form,
    read_records,
)
from supporters.consent.log.models import Erasure, LogEntry
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream


class Erased:
    """The records that some erasure lists: they can't be opened any more.

    With `after`, those of erasures whose ids are higher.
    """

    def __init__(self, report: Report, now: datetime, *, after: int = 0) -> None:
        self._report = report
        self._now = now
        self._open_form = find_open_form()
        self._listed: dict[str, array[int]] = {}
        rows = (
            select(*Erasure.__table__.columns, LogEntry.commitment, LogEntry.position)
            .outerjoin(LogEntry, and_(LogEntry.kind == ERASED, LogEntry.record_id == Erasure.id))
            .where(Erasure.id > after)
        )
        for row in stream(rows):
            self._read(cast(Erasure, row), Entry(row.commitment, row.position))
        for kind, ids in self._listed.items():
            self._listed[kind] = array("q", sorted(ids))
            self._report_doubles(kind)

    def list_ids(self, kind: str) -> Sequence[int]:
        """Return the ids of a kind that were erased, in their order."""
        return self._listed.get(kind, array("q"))

    def has(self, kind: str, record_id: int) -> bool:
        """Tell whether a record was erased."""
        ids = self.list_ids(kind)
        place = bisect_left(ids, record_id)
        return place < len(ids) and ids[place] == record_id

    def _read(self, erasure: Erasure, entry: Entry) -> None:
        """Believe one erasure, or report what is wrong with it."""
        what = find_erasure_fault(erasure, entry, open_form=self._open_form, now=self._now)
        if what == NOT_AS_SEALED:
            return  # the check of rows names it
        if what:
            self._report.fault("erasure", f"{ERASED} {erasure.id}", what, position=entry.position)
            return
        for kind, record_id in read_records(erasure):
            self._listed.setdefault(kind, array("q")).append(record_id)

    def _report_doubles(self, kind: str) -> None:
        for first, second in pairwise(self._listed[kind]):
            if first == second:
                what = "two erasures list it: a record is erased once"
                self._report.fault("erasure", f"{kind} {first}", what)
