"""Remembers which records were erased, in eight bytes for each."""

import json
from array import array
from bisect import bisect_left

from sqlalchemy import select

from supporters.consent.log.models import Erasure
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream


class Erased:
    """The records that some erasure lists: they can't be opened any more."""

    def __init__(self, report: Report) -> None:
        listed: dict[str, array[int]] = {}
        for erasure_id, records in stream(select(Erasure.id, Erasure.records)):
            try:
                for kind, record_id in json.loads(records):
                    listed.setdefault(kind, array("q")).append(int(record_id))
            except (TypeError, ValueError, OverflowError):
                report.fault("erasure", f"erased {erasure_id}", "its list can't be read")
        self._listed = {kind: array("q", sorted(ids)) for kind, ids in listed.items()}

    def has(self, kind: str, record_id: int) -> bool:
        """Tell whether a record was erased."""
        ids = self._listed.get(kind)
        if ids is None:
            return False
        place = bisect_left(ids, record_id)
        return place < len(ids) and ids[place] == record_id
