"""Records the activity of a person: their retention time starts again (REQ-36)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, null, update

from supporters.database import UtcDateTime
from supporters.fast_path.prepared_statements import Call, Statement
from supporters.fast_path.session_calls import write_in_session
from supporters.people.models import Subscriber

QUESTION = ("asked_again_at", "inactivity_email_id")


def columns_of_activity(moment: BindParameter[datetime]) -> Mapping[str, Any]:
    """Return the changes of a person's row. An older time than the stored one changes nothing."""
    latest = case((Subscriber.acted_at < moment, moment), else_=Subscriber.acted_at)
    return {"acted_at": latest, **dict.fromkeys(QUESTION, null())}


_RECORD = Statement(
    update(Subscriber)
    .where(Subscriber.id == bindparam("active_person"))
    .values(columns_of_activity(bindparam("active_at", type_=UtcDateTime)))
)


def record_activity_row(subscriber_id: int, now: datetime) -> Call:
    """Return the call that records an activity of a locked person."""
    return _RECORD(active_person=subscriber_id, active_at=now)


def record_activity(person: Subscriber, now: datetime) -> None:
    """Record an activity of a locked person."""
    write_in_session(record_activity_row(person.id, now))


def cancel_inactivity_question(person: Subscriber) -> None:
    """Cancel the inactivity question: it no longer counts, and an unsent email is not sent.

    While the data of a person is restricted, or a case is open, silence is no answer. The person
    gets a new question later.
    """
    for name in QUESTION:
        setattr(person, name, None)
