"""Plans and writes the end of consents, for a session or for a trip to the database (ADR 061).

A link sends them in two trips (`my_data.link_unsubscription`); every other way runs them in the
session of its use case (`lists.subscriptions`). A plan reads and writes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, null, select

from supporters.consent.consent_events import NewEvent, get_shared_controller, make_event
from supporters.consent.event_records import EventRecord, add_event_rows
from supporters.consent.models import Agreement, Controller, EventKind, Method, Suppression
from supporters.consent.record_forms import describe_event
from supporters.consent.suppression import purpose_scope, put_suppression_row
from supporters.consent.suppression_records import (
    NewSuppression,
    describe_ends,
    describe_new,
    make_suppression,
)
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_before_commit
from supporters.fast_path.locked_changes import Decision
from supporters.fast_path.prepared_statements import Call, Row, Statement, together
from supporters.fast_path.union_reads import UnionRead
from supporters.lists.consent_rows import end_agreement_row, end_subscription_row
from supporters.lists.models import Subscription
from supporters.people.activity import record_activity_row
from supporters.people.models import Subscriber
from supporters.transparency_log.log_records import LogRecord, add_entry_rows, person_key

OWN_METHODS = frozenset({Method.ONE_CLICK, Method.PAGE, Method.MY_DATA, Method.COMPLAINT})
_LOCK_PERSON = Statement(
    select(
        *(Subscriber.id, Subscriber.address_mac, Subscriber.address_key),
        *(Subscriber.log_salt, Subscriber.acted_at),
    )
    .where(Subscriber.id == bindparam("subscriber_id"))
    .with_for_update()
)
_READ = UnionRead(
    select(Subscription.purpose_id, Subscription.mailing_list_id).where(
        Subscription.subscriber_id == bindparam("subscriber_id")
    ),
    select(Agreement.purpose_id, cast(null(), BigInteger).label("no_list")).where(
        Agreement.subscriber_id == bindparam("subscriber_id")
    ),
    select(Suppression.scope, Suppression.record_id, Suppression.since, Suppression.until)
    .join(Subscriber, Subscriber.address_mac == Suppression.address_mac)
    .where(Subscriber.id == bindparam("subscriber_id")),
)


class LockedPerson(NamedTuple):
    """The values of a person whose row is locked."""

    id: int
    address_mac: bytes
    address_key: str
    log_salt: bytes
    acted_at: datetime


class HeldConsent(NamedTuple):
    """An active consent: to a purpose, of a list if it has one."""

    purpose_id: int
    list_id: int | None


class HeldSuppression(NamedTuple):
    """A suppression of the person's address, and the id of its record."""

    scope: str
    record_id: int | None
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class WithdrawalFacts:
    """A locked person, unless there is none, their active consents, and their suppressions."""

    person: LockedPerson | None
    consents: Set[HeldConsent]
    suppressions: Sequence[HeldSuppression] = ()

    def find_on(self, list_id: int) -> Set[HeldConsent]:
        """Return the consent to a list, if there is one."""
        return {each for each in self.consents if each.list_id == list_id}


@dataclass(frozen=True, kw_only=True)
class WithdrawalOutcome:
    """The facts before a withdrawal, the consents that it ended, and the records of their ends."""

    before: WithdrawalFacts
    ended: Set[HeldConsent]
    records: Sequence[LogRecord] = ()

    def list_other_lists(self, list_id: int) -> list[int]:
        """Return the ids of the lists that the person was on besides this one."""
        ids = (each.list_id for each in self.before.consents)
        return sorted(each for each in ids if each is not None and each != list_id)


@dataclass(frozen=True, kw_only=True)
class WithdrawalAct:
    """A withdrawal or an objection: its method, time and kind.

    `evidence`: what a correction by the same browser must match (`consent.corrections`).
    """

    method: Method
    now: datetime
    kind: EventKind = EventKind.WITHDRAWN
    evidence: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentEnd:
    """All that the end of one consent writes.

    `line` is for the journal, and is on the disk before the commit. `suppression` has no end, and
    takes the place of the one with the record `replaced`; it is None if there is one without end.
    If `is_activity`, the retention time of the person starts again.
    """

    person: LockedPerson
    consent: HeldConsent
    line: Withdrawal
    event: EventRecord
    suppression: NewSuppression | None
    replaced: int | None
    is_activity: bool


def plan_ends(
    person: LockedPerson,
    ended: Set[HeldConsent],
    act: WithdrawalAct,
    *,
    suppressions: Sequence[HeldSuppression],
    controller: Controller,
) -> Iterator[ConsentEnd]:
    """Yield what the ends of some consents write.

    A method that only the person can use counts as an activity.
    """
    for consent in sorted(ended, key=lambda each: each.purpose_id):
        purpose_id, list_id = consent
        event = NewEvent(
            kind=act.kind,
            method=act.method,
            now=act.now,
            purpose_id=purpose_id,
            correction=act.evidence,
        )
        scope = purpose_scope(purpose_id)
        before = next((each for each in suppressions if each.scope == scope), None)
        yield ConsentEnd(
            person=person,
            consent=consent,
            line=Withdrawal(
                kind=WithdrawalKind.WITHDRAWN if list_id is None else WithdrawalKind.UNSUBSCRIBED,
                at=act.now,
                person=person.address_mac,
                method=act.method,
                list_id=list_id,
                purpose_id=purpose_id if list_id is None else None,
            ),
            event=make_event(person, event, controller_id=controller.id),
            suppression=_suppress(person, scope, before, now=act.now),
            replaced=before and before.record_id,
            is_activity=act.method in OWN_METHODS and act.now > person.acted_at,
        )


def _suppress(
    person: LockedPerson, scope: str, before: HeldSuppression | None, *, now: datetime
) -> NewSuppression | None:
    if before is not None and before.until is None:
        return None
    since = now if before is None else before.since
    return make_suppression(person.address_mac, scope, since=since, until=None, now=now)


def calls_for_facts(subscriber_id: int) -> list[Call]:
    """Return the calls that lock a person, and read their consents.

    They are read after the lock: the same statement would read them as they were before.
    """
    return [
        _LOCK_PERSON(subscriber_id=subscriber_id),
        _READ.statement(subscriber_id=subscriber_id),
    ]


def make_facts(rows: Sequence[Sequence[Row]]) -> WithdrawalFacts:
    """Return the facts in the rows of these calls."""
    people, found = rows
    *held, suppressed = _READ.sort(found)
    return WithdrawalFacts(
        person=LockedPerson(*people[0]) if people else None,
        consents=frozenset(HeldConsent(*each) for part in held for each in part),
        suppressions=[HeldSuppression(*each) for each in suppressed],
    )


def decide_to_end(
    choose: Callable[[WithdrawalFacts], Set[HeldConsent]],
    act: WithdrawalAct,
    rows: Sequence[Sequence[Row]],
) -> Decision[WithdrawalOutcome]:
    """Decide to end the chosen consents of a person, as far as they have them. Raises NotCached."""
    facts = make_facts(rows)
    ended = choose(facts) & facts.consents
    if facts.person is None or not ended:
        return Decision(outcome=WithdrawalOutcome(before=facts, ended=frozenset()))
    controller = get_shared_controller()
    held = facts.suppressions
    ends = [*plan_ends(facts.person, ended, act, suppressions=held, controller=controller)]
    records = [_describe(each, controller) for each in ends]
    return Decision(
        outcome=WithdrawalOutcome(before=facts, ended=ended, records=records),
        writes=list_end_writes(ends, records),
        before_writes=partial(append_before_commit, [each.line for each in ends]),
    )


def _describe(end: ConsentEnd, controller: Controller) -> LogRecord:
    key = person_key(end.person.log_salt)
    return describe_event(end.event, None, None, controller=controller, key=key)


def list_end_writes(ends: Iterable[ConsentEnd], records: Iterable[LogRecord]) -> list[Call]:
    """Return the calls that end consents.

    A deletion is a statement of its own: the counts of former subscribers need it (ADR 052).
    """
    calls = []
    for end, record in zip(ends, records, strict=True):
        person, event, new = end.person, end.event, end.suppression
        calls += [
            together(
                add_event_rows([event]),
                add_entry_rows([record, *_describe_suppression(end)]),
                *([put_suppression_row(new)] if new else ()),
                *([record_activity_row(person.id, event.occurred_at)] if end.is_activity else ()),
            ),
            _delete(person.id, end.consent),
        ]
    return calls


def _describe_suppression(end: ConsentEnd) -> Sequence[LogRecord]:
    if end.suppression is None:
        return []
    return [describe_new(end.suppression), *describe_ends([end.replaced])]


def _delete(subscriber_id: int, consent: HeldConsent) -> Call:
    if consent.list_id is None:
        return end_agreement_row(subscriber_id, consent.purpose_id)
    return end_subscription_row(subscriber_id, consent.list_id)
