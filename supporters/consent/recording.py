"""Adds consent events: the record of what a person did."""

from datetime import datetime

from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db
from supporters.ids import new_id


def record_withdrawal(
    subscriber_id: int, purpose_id: int, *, kind: EventKind, method: Method, now: datetime
) -> ConsentEvent:
    """Add the event of a person who withdrew from a purpose, or objected to it."""
    event = ConsentEvent(
        id=new_id(now),
        kind=kind,
        subscriber_id=subscriber_id,
        purpose_id=purpose_id,
        method=method,
        occurred_at=now,
    )
    db.session.add(event)
    return event
