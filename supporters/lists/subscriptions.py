"""Subscribes people by a confirmed event, and unsubscribes them at once (GDPR 7(3), 21)."""

from collections.abc import Callable, Iterable, Set
from datetime import datetime
from functools import partial
from operator import attrgetter

from sqlalchemy import select, union_all

from supporters import clock
from supporters.audit_log.audit_events import record_command_act
from supporters.consent.committed_acts import tell_after_commit
from supporters.consent.consent_events import NewEvent, record_event
from supporters.consent.event_records import AnyEvent
from supporters.consent.models import Agreement, EventKind, Method, Purpose
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING, suppress_everything
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.database import db, run_after_commit, use_case
from supporters.fast_path.locked_changes import change_in_session
from supporters.lists.acts import ListAct
from supporters.lists.models import MailingList, Subscription
from supporters.lists.subscription_writes import (
    HeldConsent,
    WithdrawalAct,
    WithdrawalFacts,
    calls_for_facts,
    decide_to_end,
)
from supporters.metering.metrics import CountedAct, count_act
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
    act = WithdrawalAct(method=method, now=now or clock.now(), evidence=evidence)
    _end(subscriber_id, act, lambda facts: facts.find_on(list_id))


@use_case
def unsubscribe_from_every_list(
    subscriber_id: int, method: Method, *, now: datetime | None = None
) -> None:
    """Unsubscribe a person from every list, and withdraw the consents without a list."""
    _end(subscriber_id, WithdrawalAct(method=method, now=now or clock.now()))


@use_case
def end_consents(
    subscriber_id: int, consents: Iterable[HeldConsent], method: Method, *, now: datetime
) -> None:
    """Withdraw some active consents of a person, as far as they have them."""
    ended = frozenset(consents)
    _end(subscriber_id, WithdrawalAct(method=method, now=now), lambda _: ended)


@use_case
def withdraw_agreement(
    subscriber_id: int, purpose_id: int, method: Method, *, now: datetime | None = None
) -> None:
    """Withdraw a consent without a list. A repetition changes nothing."""
    act = WithdrawalAct(method=method, now=now or clock.now())
    _end(subscriber_id, act, lambda _: {HeldConsent(purpose_id, None)})


@use_case
def object_to_everything(
    subscriber_id: int, method: Method = Method.ORGANISER, *, now: datetime | None = None
) -> None:
    """End all consents of a person, and suppress all our emails to them (GDPR article 21)."""
    now, subscriber = now or clock.now(), lock_subscriber(subscriber_id)
    if subscriber is None:
        return
    _write_objection(subscriber.address_mac, method, now)
    act = WithdrawalAct(method=method, now=now, kind=EventKind.OBJECTED)
    is_over = _end(subscriber_id, act)
    if not is_over and not is_suppressed(subscriber.address_mac, [EVERYTHING], now):
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
    record_command_act(ListAct.PERSON_STOPPED, subscriber_id)
    if subscriber_id is not None:
        object_to_everything(subscriber_id, method, now=now)
        return
    now = now or clock.now()
    _write_objection(address_mac, method, now)
    suppress_everything(address_mac, now)


def _end(
    subscriber_id: int,
    act: WithdrawalAct,
    choose: Callable[[WithdrawalFacts], Set[HeldConsent]] = attrgetter("consents"),
) -> bool:
    """End the chosen consents of a person in this transaction; tell whether there were any."""
    decide = partial(decide_to_end, choose, act)
    outcome = change_in_session(calls_for_facts(subscriber_id), decide)
    run_after_commit(partial(count_act, CountedAct.LEAVING, len(outcome.ended)))
    tell_after_commit(outcome.records)
    return bool(outcome.ended)


def _write_objection(address_mac: bytes, method: Method, now: datetime) -> None:
    append_withdrawal(
        Withdrawal(kind=WithdrawalKind.OBJECTED, at=now, person=address_mac, method=method)
    )
