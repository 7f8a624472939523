"""Reads the consents of a person, and ends them: the statements of a withdrawal.

A link sends them in two trips (`my_data.link_unsubscription`); every other way runs them in the
session of its use case (`lists.subscriptions`).
"""

from collections.abc import Callable, Iterable, Sequence, Set
from functools import partial

from sqlalchemy import BigInteger, bindparam, cast, null, select

from supporters.consent.consent_events import with_controller
from supporters.consent.controllers import get_shared_controller
from supporters.consent.event_records import add_event_rows
from supporters.consent.models import Agreement, Controller
from supporters.consent.record_forms import describe_event
from supporters.consent.suppression import put_suppression_rows
from supporters.consent.withdrawal_journal import append_before_commit
from supporters.fast_path.locked_changes import Decision
from supporters.fast_path.prepared_statements import Call, Row, Statement, together
from supporters.fast_path.union_reads import UnionRead
from supporters.lists.models import Subscription
from supporters.lists.subscription_rows import end_agreement_row, end_subscription_row
from supporters.lists.withdrawal_plan import (
    ConsentEnd,
    HeldConsent,
    LockedPerson,
    WithdrawalAct,
    WithdrawalFacts,
    WithdrawalOutcome,
    plan_ends,
)
from supporters.people.activity import record_activity_row
from supporters.people.models import Subscriber
from supporters.transparency_log.log_records import add_entry_rows, person_key

_LOCK_PERSON = Statement(
    select(Subscriber.id, Subscriber.address_mac, Subscriber.log_salt, Subscriber.acted_at)
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
)


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
    held = _READ.sort(found)
    return WithdrawalFacts(
        person=LockedPerson(*people[0]) if people else None,
        consents=frozenset(HeldConsent(*each) for part in held for each in part),
    )


def decide_to_end(
    choose: Callable[[WithdrawalFacts], Set[HeldConsent]],
    act: WithdrawalAct,
    rows: Sequence[Sequence[Row]],
) -> Decision[WithdrawalOutcome]:
    """Decide to end the chosen consents of a person, as far as they have them. Raises NotCached."""
    facts = make_facts(rows)
    ends = [*plan_ends(facts, choose(facts), act)]
    outcome = WithdrawalOutcome(before=facts, ended=frozenset(each.consent for each in ends))
    if not ends:
        return Decision(outcome=outcome)
    return Decision(
        outcome=outcome,
        writes=list_end_writes(ends, get_shared_controller()),
        before_writes=partial(append_before_commit, [each.line for each in ends]),
    )


def list_end_writes(ends: Iterable[ConsentEnd], controller: Controller) -> list[Call]:
    """Return the calls that end consents.

    A deletion is a statement of its own: the counts of former subscribers need it (ADR 052).
    """
    calls = []
    for end in ends:
        person, event = end.person, with_controller(end.event, controller.id)
        key = person_key(person.log_salt)
        record = describe_event(event, None, None, controller=controller, key=key)
        now = event.occurred_at
        calls += [
            together(
                add_event_rows([event]),
                add_entry_rows([record]),
                put_suppression_rows(person.address_mac, [end.scope], now=now),
                *([record_activity_row(person.id, now)] if end.is_activity else ()),
            ),
            _delete(person.id, end.consent),
        ]
    return calls


def _delete(subscriber_id: int, consent: HeldConsent) -> Call:
    if consent.list_id is None:
        return end_agreement_row(subscriber_id, consent.purpose_id)
    return end_subscription_row(subscriber_id, consent.list_id)
