"""Opens a case: somebody asked or complained, and the clock runs."""

from datetime import datetime

from supporters.database import db, in_transaction
from supporters.ids import new_id
from supporters.people.acting import forget_question
from supporters.people.queries import lock_subscriber
from supporters.rights.models import Case, CaseKind, Channel
from supporters.rights.rules import due_at


@in_transaction
def open_case(
    kind: CaseKind,
    channel: Channel,
    *,
    now: datetime,
    subscriber_id: int | None = None,
    campaign_id: int | None = None,
) -> Case:
    """Add a case. A person who waits for an answer is asked nothing."""
    person = None if subscriber_id is None else lock_subscriber(subscriber_id)
    if person is not None:
        forget_question(person)
    case = Case(
        id=new_id(now),
        kind=kind,
        channel=channel,
        subscriber_id=subscriber_id,
        campaign_id=campaign_id,
        received_at=now,
        due_at=due_at(now),
    )
    db.session.add(case)
    return case
