"""Restricts the processing of a person's data, and lifts the restriction (GDPR article 18).

A restricted person gets no email; their data isn't changed, and no retention rule deletes it.
"""

from datetime import datetime

from supporters import clock
from supporters.audit_log.audit_events import record_command_act
from supporters.consent.consent_events import NewEvent, record_event
from supporters.consent.models import EventKind, Method
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.database import use_case
from supporters.people.activity import cancel_inactivity_question, record_activity
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.personal_data.acts import PersonAct


@use_case
def restrict_person(subscriber_id: int, method: Method, *, now: datetime | None = None) -> bool:
    """Restrict a person's data, if it isn't restricted; tell whether we know the person."""
    now, subscriber = now or clock.now(), lock_subscriber(subscriber_id)
    if subscriber is not None and subscriber.restricted_at is None:
        _note(WithdrawalKind.RESTRICTED, subscriber, method, now=now)
        subscriber.restricted_at = now
        cancel_inactivity_question(subscriber)
        record_event(subscriber, NewEvent(kind=EventKind.RESTRICTED, method=method, now=now))
        record_command_act(PersonAct.RESTRICTED, subscriber_id)
    return subscriber is not None


@use_case
def lift_restriction(subscriber_id: int, method: Method, *, now: datetime | None = None) -> bool:
    """Lift the restriction of a person's data, if any; tell whether we know the person."""
    now, subscriber = now or clock.now(), lock_subscriber(subscriber_id)
    if subscriber is not None and subscriber.restricted_at is not None:
        _note(WithdrawalKind.RESTRICTION_LIFTED, subscriber, method, now=now)
        subscriber.restricted_at = None
        if method is Method.MY_DATA:
            record_activity(subscriber, now)
        record_event(
            subscriber, NewEvent(kind=EventKind.RESTRICTION_LIFTED, method=method, now=now)
        )
        record_command_act(PersonAct.RESTRICTION_LIFTED, subscriber_id)
    return subscriber is not None


def _note(kind: WithdrawalKind, subscriber: Subscriber, method: Method, *, now: datetime) -> None:
    append_withdrawal(Withdrawal(kind=kind, at=now, person=subscriber.address_mac, method=method))
