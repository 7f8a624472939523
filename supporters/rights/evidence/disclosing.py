"""Takes down that evidence on a person is handed out, before it is: by whom, and why (REQ-23)."""

from datetime import datetime, timedelta

import structlog

from supporters import clock
from supporters.consent.log.appending import append
from supporters.consent.log.describing import describe_disclosure
from supporters.consent.log.keys import person_key
from supporters.consent.log.models import Disclosure, DisclosureKind
from supporters.consent.log.sealing import seal
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.people.queries import lock_subscriber

log = structlog.get_logger(__name__)

MAX_REASON = 500
OPEN_FOR = timedelta(hours=1)


def disclose_evidence(subscriber_id: int, *, asked_by: str, reason: str) -> Disclosure | None:
    """Log that somebody gets the evidence on a person; None when we hold nothing on them.

    What waits is sealed then, so that everything in the pack has its proof.
    """
    now = clock.now()
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        if subscriber is None:
            return None
        disclosure = Disclosure(
            id=new_id(now),
            kind=DisclosureKind.EVIDENCE,
            subscriber_id=subscriber_id,
            asked_by=asked_by,
            reason=reason,
            people=1,
            occurred_at=now,
        )
        db.session.add(disclosure)
        append(describe_disclosure(disclosure, key=person_key(subscriber.log_salt)))
    seal()
    log.info("evidence.disclosed", disclosure=disclosure.id)
    return disclosure


def find_disclosure(
    disclosure_id: int, subscriber_id: int, *, asked_by: str, now: datetime
) -> Disclosure | None:
    """Return what somebody asked for within the last hour; later they must say anew why."""
    disclosure = db.session.get(Disclosure, disclosure_id)
    if disclosure is None or disclosure.kind is not DisclosureKind.EVIDENCE:
        return None
    is_theirs = (disclosure.subscriber_id, disclosure.asked_by) == (subscriber_id, asked_by)
    return disclosure if is_theirs and now < disclosure.occurred_at + OPEN_FOR else None
