"""Factories of cases."""

from datetime import datetime

from supporters.cases.case_service import open_case
from supporters.cases.models import Case, CaseKind, Channel
from supporters.database import db, transaction


def make_case(
    now: datetime, kind: CaseKind = CaseKind.ACCESS, subscriber_id: int | None = None
) -> Case:
    """Return a case that was opened on our page."""
    with transaction():
        return open_case(kind, Channel.PAGE, now=now, subscriber_id=subscriber_id)


def again(case: Case) -> Case:
    """Return a case, read again from the database."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Case, case.id)
