"""Adds lines to the history of a case; the person may read them (REQ-32)."""

from dataclasses import dataclass
from datetime import datetime

from supporters.database import db, use_case
from supporters.ids import new_id
from supporters.mail.models import Letter
from supporters.rights.cases.queries import find_case
from supporters.rights.models import CaseAct, CaseEntry


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """A line to be added: what was done, when, by which account, and the letter that it led to."""

    act: CaseAct
    at: datetime
    text: str | None = None
    by: int | None = None
    letter: Letter | None = None


@use_case
def add_entry(case_id: int, entry: NewEntry) -> bool:
    """Add a line to a case, open or closed; tell whether there is such a case."""
    if find_case(case_id) is None:
        return False
    if entry.letter is not None:
        db.session.flush()  # the letter must be there first
    db.session.add(
        CaseEntry(
            id=new_id(entry.at),
            case_id=case_id,
            act=entry.act,
            text=entry.text,
            made_by=entry.by,
            made_at=entry.at,
            letter_id=None if entry.letter is None else entry.letter.id,
        )
    )
    return True
