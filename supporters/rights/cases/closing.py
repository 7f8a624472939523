"""Closes a case: answered, refused or withdrawn, in words that say which."""

from datetime import datetime
from enum import Enum, auto

from supporters import clock
from supporters.database import use_case
from supporters.rights.cases.noting import NewEntry, add_entry
from supporters.rights.cases.queries import find_case
from supporters.rights.models import CaseAct


class Closed(Enum):
    """What came of it."""

    DONE = auto()
    UNKNOWN = auto()
    ALREADY = auto()


@use_case
def close_case(
    case_id: int, outcome: str, *, by: int | None, now: datetime | None = None
) -> Closed:
    """Close a case with its outcome; what is closed stays as it is."""
    now, case = now or clock.now(), find_case(case_id, for_update=True)
    if case is None:
        return Closed.UNKNOWN
    if case.closed_at is not None:
        return Closed.ALREADY
    case.closed_at, case.outcome = now, outcome
    add_entry(case_id, NewEntry(act=CaseAct.CLOSED, at=now, text=outcome, by=by))
    return Closed.DONE
