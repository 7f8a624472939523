"""Plans what the end of a consent writes, for a session or for a trip to the database (ADR 065)."""

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
    """All that the end of one consent writes, besides the deletion of its row.

    `line` is for the journal, and is on the disk before the commit. The suppression of `scope` has
    no end. If `is_activity`, the retention time of the person starts again.
    """

    line: Withdrawal
    event: EventRecord
    scope: str
    is_activity: bool


def plan_end(
    person: LockedPerson, act: WithdrawalAct, *, purpose_id: int, list_id: int | None
) -> ConsentEnd:
    """Return what the end of a subscription, or of a consent without a list, writes.

    A method that only the person can use counts as an activity.
    """
    event = NewEvent(kind=act.kind, method=act.method, now=act.now, purpose_id=purpose_id)
    return ConsentEnd(
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
