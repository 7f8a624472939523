"""Closes a case: answered, refused or withdrawn, in words that say which."""

from datetime import datetime
from enum import Enum, auto

from supporters import clock
from supporters.database import transaction
from supporters.rights.cases.noting import add_entry
from supporters.rights.cases.queries import find_case
from supporters.rights.models import Case, CaseAct


class Closed(Enum):
    """What came of it."""

    DONE = auto()
    UNKNOWN = auto()
    ALREADY = auto()


def close_case(case_id: int, outcome: str, *, by: int | None) -> Closed:
    """Close a case with its outcome; what is closed stays as it is."""
    now = clock.now()
    with transaction():
        case = find_case(case_id, for_update=True)
        if case is None:
            return Closed.UNKNOWN
        if case.closed_at is not None:
            return Closed.ALREADY
        end_case(case, outcome, now=now, by=by)
    return Closed.DONE


def end_case(case: Case, outcome: str, *, now: datetime, by: int | None) -> None:
    """Give a case its outcome; to be called within a transaction."""
    case.closed_at, case.outcome = now, outcome
    add_entry(case.id, CaseAct.CLOSED, now=now, text=outcome, by=by)
