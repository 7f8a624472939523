"""The consent notice: after each confirmation an email says what was recorded; owners switch it.

So a consent that somebody else gave in a person's name reaches the person.
"""

from datetime import datetime

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.database import db, use_case
from supporters.lists.acts import ListAct
from supporters.lists.models import ConsentNotice

THE_ONE = 1


def find_notice_since() -> datetime | None:
    """Return since when people get the notice; None if they don't."""
    row = db.session.get(ConsentNotice, THE_ONE)
    return None if row is None else row.sent_since


@use_case
def switch_notice(*, is_on: bool) -> bool:
    """Send the notice to people who confirm from now on, or to nobody; tell if it has changed."""
    row = db.session.get(ConsentNotice, THE_ONE, with_for_update=True)
    if is_on is (row is not None):
        return False
    if row is None:
        db.session.add(ConsentNotice(id=THE_ONE, sent_since=clock.now()))
    else:
        db.session.delete(row)
    record_act(ListAct.NOTICE_ON if is_on else ListAct.NOTICE_OFF, None, {})
    return True
