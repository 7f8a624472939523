"""Undoes an unsubscription that the same browser made a moment ago, as a correction (ADR 070).

It gives no new consent: the subscription rests on the consent that it rested on before, and the log
has both the withdrawal and its correction. The session of the browser proves who pressed.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from supporters import clock
from supporters.consent.consent_events import NewEvent, record_event
from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression
from supporters.consent.receipts import CONSENTS
from supporters.consent.suppression import find_objection, purpose_scope
from supporters.database import db, use_case
from supporters.lists.models import Subscription
from supporters.lists.queries import list_purpose_ids
from supporters.people.activity import record_activity
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.personal_data.queries import is_being_erased

log = structlog.get_logger(__name__)
UNDO_WITHIN = timedelta(minutes=10)


@use_case
def undo_unsubscription(subscriber_id: int, list_id: int) -> bool:
    """Put a person back on a list that they left by a page; tell whether they are on it now."""
    now, person = clock.now(), lock_subscriber(subscriber_id)
    if person is None or not _may_come_back(person, now):
        return False
    if db.session.get(Subscription, (subscriber_id, list_id)) is not None:
        return True
    withdrawal = _find_fresh_withdrawal(subscriber_id, list_id, now)
    given = withdrawal and _find_consent_before(withdrawal)
    if not given or given.address_mac != person.address_mac:  # another mailbox gave it
        return False
    _restore(person, list_id, given, now=now)
    log.info("person.withdrawal_undone", subscriber=subscriber_id, list=list_id)
    return True


def _may_come_back(person: Subscriber, now: datetime) -> bool:
    has_objected = find_objection(person.address_mac, now) is not None
    return person.restricted_at is None and not has_objected and not is_being_erased(person.id)


def _find_fresh_withdrawal(subscriber_id: int, list_id: int, now: datetime) -> ConsentEvent | None:
    """Return the last event about a list, if it is a withdrawal by a page within ten minutes."""
    last = db.session.scalar(
        select(ConsentEvent)
        .where(
            ConsentEvent.subscriber_id == subscriber_id,
            ConsentEvent.purpose_id.in_(list_purpose_ids(list_id)),
        )
        .order_by(ConsentEvent.occurred_at.desc(), ConsentEvent.id.desc())
        .limit(1)
    )
    if last is None or last.occurred_at < now - UNDO_WITHIN:
        return None
    is_own = last.kind is EventKind.WITHDRAWN and last.method is Method.PAGE
    return last if is_own else None


def _find_consent_before(withdrawal: ConsentEvent) -> ConsentEvent | None:
    """Return the consent that a withdrawal ended."""
    return db.session.scalar(
        select(ConsentEvent)
        .where(
            ConsentEvent.subscriber_id == withdrawal.subscriber_id,
            ConsentEvent.purpose_id == withdrawal.purpose_id,
            ConsentEvent.kind.in_(CONSENTS),
            ConsentEvent.occurred_at <= withdrawal.occurred_at,
        )
        .order_by(ConsentEvent.occurred_at.desc(), ConsentEvent.id.desc())
        .limit(1)
    )


def _restore(person: Subscriber, list_id: int, given: ConsentEvent, *, now: datetime) -> None:
    purpose_id = given.purpose_id or 0
    act = NewEvent(
        kind=EventKind.CORRECTED, method=Method.PAGE, now=now, purpose_id=given.purpose_id
    )
    record_event(person, act)
    db.session.execute(
        delete(Suppression).where(
            Suppression.address_mac == person.address_mac,
            Suppression.scope == purpose_scope(purpose_id),
        )
    )
    db.session.add(
        Subscription(
            subscriber_id=person.id,
            mailing_list_id=list_id,
            purpose_id=purpose_id,
            consent_event_id=given.id,
            consent_kind=given.kind.value,
            subscribed_at=given.occurred_at,
            welcomed_at=now,
        )
    )
    record_activity(person, now)
