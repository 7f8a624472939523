"""Adds lines to the history of a case; the person may read them (REQ-32)."""

from datetime import datetime
from enum import Enum, auto

from supporters import clock
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.mail.models import Letter
from supporters.rights.cases.queries import find_case
from supporters.rights.models import CaseAct, CaseEntry


class Noted(Enum):
    """What came of it."""

    DONE = auto()
    UNKNOWN = auto()


def note_case(case_id: int, text: str, *, by: int | None) -> Noted:
    """Add a note to a case, open or closed."""
    with transaction():
        if find_case(case_id) is None:
            return Noted.UNKNOWN
        add_entry(case_id, CaseAct.NOTED, now=clock.now(), text=text, by=by)
    return Noted.DONE


def add_entry(
    case_id: int, act: CaseAct, *, now: datetime, text: str | None = None, by: int | None = None
) -> CaseEntry:
    """Add a line, and return it; to be called within a transaction."""
    entry = CaseEntry(id=new_id(now), case_id=case_id, act=act, text=text, made_by=by, made_at=now)
    db.session.add(entry)
    return entry


def note_letter(entry: CaseEntry, letter: Letter) -> None:
    """Note the letter that a line led to; to be called within a transaction."""
    db.session.flush()  # the letter must be there first
    entry.letter_id = letter.id
