"""Plans what the end of consents writes, for a session or for a trip to the database (ADR 065).

It reads and writes nothing. `withdrawal_writes.py` has the statements.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from supporters.consent.consent_events import NewEvent, make_event
from supporters.consent.event_records import EventRecord
from supporters.consent.models import EventKind, Method
from supporters.consent.suppression import purpose_scope
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind

OWN_METHODS = frozenset({Method.ONE_CLICK, Method.PAGE, Method.MY_DATA})


class LockedPerson(NamedTuple):
    """The values of a person whose row is locked."""

    id: int
    address_mac: bytes
    log_salt: bytes
    acted_at: datetime


class HeldConsent(NamedTuple):
    """An active consent: to a purpose, of a list if it has one."""

    purpose_id: int
    list_id: int | None


@dataclass(frozen=True, kw_only=True)
class WithdrawalFacts:
    """A locked person, unless there is none, and their active consents."""

    person: LockedPerson | None
    consents: Set[HeldConsent]

    def find_on(self, list_id: int) -> Set[HeldConsent]:
        """Return the consent to a list, if there is one."""
        return {each for each in self.consents if each.list_id == list_id}


@dataclass(frozen=True, kw_only=True)
class WithdrawalOutcome:
    """The facts before a withdrawal, and the consents that it ended."""

    before: WithdrawalFacts
    ended: Set[HeldConsent]

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

    `line` is for the journal, and is on the disk before the commit. The suppression of `scope` has
    no end. If `is_activity`, the retention time of the person starts again.
    """

    person: LockedPerson
    consent: HeldConsent
    line: Withdrawal
    event: EventRecord
    scope: str
    is_activity: bool


def plan_ends(
    facts: WithdrawalFacts, ended: Set[HeldConsent], act: WithdrawalAct
) -> Iterator[ConsentEnd]:
    """Yield what the ends of some consents write. A person who isn't there has none.

    A method that only the person can use counts as an activity.
    """
    person = facts.person
    if person is None:
        return
    for consent in sorted(ended & facts.consents, key=lambda each: each.purpose_id):
        purpose_id, list_id = consent
        event = NewEvent(kind=act.kind, method=act.method, now=act.now, purpose_id=purpose_id)
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
            event=replace(make_event(person.id, person.address_mac, event), evidence=act.evidence),
            scope=purpose_scope(purpose_id),
            is_activity=act.method in OWN_METHODS and act.now > person.acted_at,
        )
