"""Subscribes people by a confirmed event, and unsubscribes them at once (GDPR 7(3), 21)."""

from datetime import datetime

from sqlalchemy import select, union_all

from supporters import clock
from supporters.consent.consent_events import NewEvent, record_event, record_events
from supporters.consent.event_records import AnyEvent
from supporters.consent.models import Agreement, EventKind, Method, Purpose
from supporters.consent.queries import is_suppressed, list_agreements_of
from supporters.consent.suppression import EVERYTHING, suppress, suppress_everything
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.database import db, in_transaction, use_case
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.withdrawal_plan import LockedPerson, WithdrawalAct, plan_end
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_command_act
from supporters.people.activity import record_activity
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber

ActiveConsent = Subscription | Agreement


def find_active_consent(
    subscriber_id: int, purpose_id: int, mailing_list: MailingList | None
) -> ActiveConsent | None:
    """Return the active consent of a person for a purpose, its predecessor or its successor."""
    if mailing_list is not None:
        return db.session.get(Subscription, (subscriber_id, mailing_list.id))
    kind = select(Purpose.kind).where(Purpose.id == purpose_id).scalar_subquery()
    return db.session.scalar(
        select(Agreement)
        .join(Purpose, Purpose.id == Agreement.purpose_id)
        .where(Agreement.subscriber_id == subscriber_id, Purpose.kind == kind)
    )


def list_purposes_of(subscriber_id: int) -> set[int]:
    """Return the ids of the purposes that a person has an active consent for."""
    on_lists = select(Subscription.purpose_id).where(Subscription.subscriber_id == subscriber_id)
    beside = select(Agreement.purpose_id).where(Agreement.subscriber_id == subscriber_id)
    return {*db.session.scalars(union_all(on_lists, beside))}


def kind_of_confirmation(active: object | None) -> EventKind:
    """Return the kind of a confirmation: the first one, or a renewal for a changed purpose."""
    return EventKind.CONFIRMED if active is None else EventKind.RENEWED


def upsert_subscription(
    event: AnyEvent, active: ActiveConsent | None, mailing_list: MailingList | None
) -> None:
    """Add or update the subscription or agreement of a stored confirmation."""
    consent = active or _make(event.subscriber_id, mailing_list)
    if event.purpose_id is not None:
        consent.purpose_id = event.purpose_id
    consent.consent_event_id = event.id
    consent.consent_kind = event.kind.value
    if isinstance(consent, Subscription):
        consent.subscribed_at = event.occurred_at
    db.session.add(consent)


def _make(subscriber_id: int, mailing_list: MailingList | None) -> ActiveConsent:
    if mailing_list is None:
        return Agreement(subscriber_id=subscriber_id)
    return Subscription(subscriber_id=subscriber_id, mailing_list_id=mailing_list.id)


@use_case
def unsubscribe_from_list(
    subscriber_id: int,
    list_id: int,
    method: Method,
    *,
    now: datetime | None = None,
    evidence: bytes | None = None,
) -> None:
    """Unsubscribe a person from one list. Changes nothing for a repetition or an unknown person.

    With `evidence`, the browser that left can undo it (`consent.corrections`).
    """
    withdrawal = WithdrawalAct(method=method, now=now or clock.now(), evidence=evidence)
    _end_subscriptions(lock_subscriber(subscriber_id), withdrawal, only_list=list_id)


@use_case
def unsubscribe_from_every_list(
    subscriber_id: int, method: Method, *, now: datetime | None = None
) -> None:
    """Unsubscribe a person from every list, and withdraw the consents without a list."""
    subscriber = lock_subscriber(subscriber_id)
    withdrawal = WithdrawalAct(method=method, now=now or clock.now())
    _end_subscriptions(subscriber, withdrawal)
    _end_agreements(subscriber, withdrawal)


@in_transaction
def end_consent(
    subscriber: Subscriber, consent: Subscription | Agreement, method: Method, *, now: datetime
) -> None:
    """Withdraw one active consent of a locked person."""
    list_id = consent.mailing_list_id if isinstance(consent, Subscription) else None
    _end(subscriber, consent, WithdrawalAct(method=method, now=now), list_id=list_id)


@use_case
def withdraw_agreement(
    subscriber_id: int, purpose_id: int, method: Method, *, now: datetime | None = None
) -> None:
    """Withdraw a consent without a list. A repetition changes nothing."""
    subscriber = lock_subscriber(subscriber_id)
    withdrawal = WithdrawalAct(method=method, now=now or clock.now())
    _end_agreements(subscriber, withdrawal, only_purpose=purpose_id)


@use_case
def object_to_everything(
    subscriber_id: int, method: Method = Method.ORGANISER, *, now: datetime | None = None
) -> None:
    """End all consents of a person, and suppress all our emails to them (GDPR article 21)."""
    now, subscriber = now or clock.now(), lock_subscriber(subscriber_id)
    if subscriber is None:
        return
    _write_objection(subscriber.address_mac, method, now)
    withdrawal = WithdrawalAct(method=method, now=now, kind=EventKind.OBJECTED)
    ended = _end_subscriptions(subscriber, withdrawal) + _end_agreements(subscriber, withdrawal)
    if not ended and not is_suppressed(subscriber.address_mac, [EVERYTHING], now):
        record_event(subscriber, NewEvent(kind=EventKind.OBJECTED, method=method, now=now))
    suppress_everything(subscriber.address_mac, now)


@use_case
def object_by_address(
    address_mac: bytes, method: Method = Method.ORGANISER, *, now: datetime | None = None
) -> None:
    """Suppress all our emails to an address, for a known or an unknown person."""
    subscriber_id = db.session.scalar(
        select(Subscriber.id).where(Subscriber.address_mac == address_mac)
    )
    record_command_act(Act.PERSON_STOPPED, subscriber_id)
    if subscriber_id is not None:
        object_to_everything(subscriber_id, method, now=now)
        return
    now = now or clock.now()
    _write_objection(address_mac, method, now)
    suppress_everything(address_mac, now)


def _end_subscriptions(
    subscriber: Subscriber | None, withdrawal: WithdrawalAct, *, only_list: int | None = None
) -> int:
    if subscriber is None:
        return 0
    ended = [
        (subscription, mailing_list)
        for subscription, mailing_list in list_subscriptions_of(subscriber.id)
        if only_list in {None, mailing_list.id}
    ]
    for subscription, mailing_list in ended:
        _end(subscriber, subscription, withdrawal, list_id=mailing_list.id)
    return len(ended)


def _end_agreements(
    subscriber: Subscriber | None, withdrawal: WithdrawalAct, *, only_purpose: int | None = None
) -> int:
    if subscriber is None:
        return 0
    ended = [
        agreement
        for agreement in list_agreements_of(subscriber.id)
        if only_purpose in {None, agreement.purpose_id}
    ]
    for agreement in ended:
        _end(subscriber, agreement, withdrawal)
    return len(ended)


def _end(
    subscriber: Subscriber,
    consent: ActiveConsent,
    act: WithdrawalAct,
    *,
    list_id: int | None = None,
) -> None:
    """End an active consent: write the journal, the event and the suppression."""
    person = LockedPerson(
        subscriber.id, subscriber.address_mac, subscriber.log_salt, subscriber.acted_at
    )
    end = plan_end(person, act, purpose_id=consent.purpose_id, list_id=list_id)
    append_withdrawal(end.line)
    record_events([end.event], log_salt=subscriber.log_salt)
    suppress(subscriber.address_mac, end.scope, now=act.now, until=None)
    db.session.delete(consent)
    if end.is_activity:
        record_activity(subscriber, act.now)


def _write_objection(address_mac: bytes, method: Method, now: datetime) -> None:
    append_withdrawal(
        Withdrawal(kind=WithdrawalKind.OBJECTED, at=now, person=address_mac, method=method)
    )
