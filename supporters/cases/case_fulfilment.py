"""Opens the case of a request by email, post, phone or in person, and fulfils it.

Each use case closes the open cases of that request, or adds a closed one, with the reason and the
account, and tells the person by email. Lifting a restriction doesn't close a case that asks for a
restriction: it doesn't answer that request. The reason of an erasure stays when the person is gone,
so it must not identify them.
Each account does this for a limited number of people in a day (ADR 049).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum, auto

from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import Act, record_team_act
from supporters.cases.acts import CaseTeamAct
from supporters.cases.acts_on_behalf import (
    OnBehalfError,
    draft_report,
    may_act_on_behalf,
    put_report,
    record_on_behalf,
    stop_all_mail_to,
)
from supporters.cases.case_service import close_case, open_case
from supporters.cases.models import Case, CaseKind, Channel
from supporters.cases.queries import find_open_dispute
from supporters.cases.rules import PARIS, due_at
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db, in_transaction, use_case
from supporters.lists.acts import ListAct
from supporters.lists.subscriptions import object_by_address
from supporters.mail.outbox import EmailDraft
from supporters.people.activity import record_activity
from supporters.people.addresses import Address, address_mac
from supporters.people.models import Subscriber
from supporters.people.profile import Profile
from supporters.people.queries import find_subscriber_by_key, get_subscriber, lock_subscriber
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from supporters.personal_data.queries import is_being_erased
from supporters.personal_data.restriction import lift_restriction, restrict_person


class RestrictResult(Enum):
    """The result of restricting a person's data, or of lifting the restriction.

    DISPUTED: the person says that they never signed up. That case must be closed first.
    """

    DONE = auto()
    ALREADY = auto()
    DISPUTED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """The reason, the channel of the request, and the account that fulfils it.

    The reason of an erasure is a key of `ErasureGround`; the pages have the words.
    """

    reason: str
    channel: Channel
    by: int


class CorrectPersonResult(Enum):
    """The result of correcting a person's first name or language."""

    DONE = auto()
    SAME = auto()
    RESTRICTED = auto()
    UNKNOWN = auto()


def erase_at_request(subscriber_id: int, grounds: Grounds) -> EraseResult | OnBehalfError:
    """Erase a person; a second call changes nothing, even while the erasure ends."""
    now = clock.now()
    requested: list[Case] = []
    refused: list[OnBehalfError] = []
    written: list[EmailDraft] = []

    def lock_cases() -> bool:
        if not may_act_on_behalf():
            refused.append(OnBehalfError.LIMIT_REACHED)
            return False
        requested[:] = _lock_open_cases(subscriber_id, CaseKind.ERASURE)
        person = get_subscriber(subscriber_id)
        written.append(draft_report(person, PersonAct.ERASED, grounds.channel, now=now))
        return True

    def close_cases() -> None:
        for case in requested:  # the erasure closed it without the reason
            case.closed_at = case.outcome = None
        _close(requested or [_open(CaseKind.ERASURE, grounds, now)], grounds, now)
        details = {"channel": grounds.channel.value, "reason": grounds.reason}
        record_on_behalf(PersonAct.ERASED, subscriber_id, details)
        put_report(written[0], now=now)

    order = ErasureOrder(
        reason=ErasureReason.ASKED,
        method=Method.ORGANISER,
        now=now,
        is_due=lock_cases,
        also=close_cases,
    )
    erased = erase_person(subscriber_id, order)
    return refused[0] if refused else erased


@use_case
def restrict_at_request(subscriber_id: int, grounds: Grounds) -> RestrictResult | OnBehalfError:
    """Restrict a person's data; a second call changes nothing."""
    now = clock.now()
    person = _lock(subscriber_id)
    if person is None:
        return RestrictResult.UNKNOWN
    if person.restricted_at is not None:
        return RestrictResult.ALREADY
    if not may_act_on_behalf():
        return OnBehalfError.LIMIT_REACHED
    restrict_person(subscriber_id, Method.ORGANISER, now=now)
    requested = _lock_open_cases(subscriber_id, CaseKind.RESTRICTION)
    cases = requested or [_open(CaseKind.RESTRICTION, grounds, now, subscriber_id=subscriber_id)]
    _close(cases, grounds, now)
    _record_and_report(person, PersonAct.RESTRICTED, grounds, now=now)
    return RestrictResult.DONE


@use_case
def lift_restriction_at_request(
    subscriber_id: int, grounds: Grounds
) -> RestrictResult | OnBehalfError:
    """Lift a restriction unless a dispute is open; a second call changes nothing."""
    now = clock.now()
    person = _lock(subscriber_id)
    if person is None:
        return RestrictResult.UNKNOWN
    if person.restricted_at is None:
        return RestrictResult.ALREADY
    if find_open_dispute(subscriber_id) is not None:
        return RestrictResult.DISPUTED
    if not may_act_on_behalf():
        return OnBehalfError.LIMIT_REACHED
    lift_restriction(subscriber_id, Method.ORGANISER, now=now)
    opened = _open(CaseKind.RESTRICTION, grounds, now, subscriber_id=subscriber_id)
    _close([opened], grounds, now)
    _record_and_report(person, PersonAct.RESTRICTION_LIFTED, grounds, now=now)
    return RestrictResult.DONE


@use_case
def correct_at_request(
    subscriber_id: int, profile: Profile, grounds: Grounds
) -> CorrectPersonResult | OnBehalfError:
    """Store another profile and close the case; the audit log has the names of the fields."""
    now, person = clock.now(), _lock(subscriber_id)
    if person is None:
        return CorrectPersonResult.UNKNOWN
    if person.restricted_at is not None:
        return CorrectPersonResult.RESTRICTED
    changed = [name for name, value in vars(profile).items() if getattr(person, name) != value]
    if not changed:
        return CorrectPersonResult.SAME
    if not may_act_on_behalf():
        return OnBehalfError.LIMIT_REACHED
    for name in changed:
        setattr(person, name, getattr(profile, name))
    record_activity(person, now)
    requested = _lock_open_cases(subscriber_id, CaseKind.RECTIFICATION)
    cases = requested or [_open(CaseKind.RECTIFICATION, grounds, now, subscriber_id=subscriber_id)]
    _close(cases, grounds, now)
    details = {"channel": grounds.channel.value, "fields": ", ".join(changed)}
    record_on_behalf(PersonAct.CORRECTED, subscriber_id, details)
    put_report(draft_report(person, PersonAct.CORRECTED, grounds.channel, now=now), now=now)
    return CorrectPersonResult.DONE


def _record_and_report(person: Subscriber, act: Act, grounds: Grounds, *, now: datetime) -> None:
    record_on_behalf(act, person.id, {"channel": grounds.channel.value})
    put_report(draft_report(person, act, grounds.channel, now=now), now=now)


def _lock(subscriber_id: int) -> Subscriber | None:
    """Return a person, locked for this transaction; None if their erasure has begun."""
    person = lock_subscriber(subscriber_id)
    return None if is_being_erased(subscriber_id) else person


def _lock_open_cases(subscriber_id: int, kind: CaseKind) -> Sequence[Case]:
    """Return the open cases of this kind, locked: a closed case keeps its outcome."""
    return db.session.scalars(
        select(Case)
        .where(Case.subscriber_id == subscriber_id, Case.kind == kind, Case.closed_at.is_(None))
        .order_by(Case.id)
        .with_for_update()
    ).all()


def _open(
    kind: CaseKind, grounds: Grounds, now: datetime, *, subscriber_id: int | None = None
) -> Case:
    case = open_case(kind, grounds.channel, now=now, subscriber_id=subscriber_id)
    db.session.flush()
    return case


def _close(cases: Sequence[Case], grounds: Grounds, now: datetime) -> None:
    for case in cases:
        close_case(case.id, grounds.reason, now=now, by=grounds.by)


@dataclass(frozen=True, kw_only=True)
class ReceivedRequest:
    """A request: its kind, channel and date of receipt, and the address that it names, if any."""

    kind: CaseKind
    channel: Channel
    received_on: date
    note: str
    address: Address | None = None

    @property
    def acts_at_once(self) -> bool:
        """Whether the case stops or restricts something when it opens."""
        return self.address is not None and self.kind in {CaseKind.OBJECTION, CaseKind.DISPUTE}


@use_case
def receive_request(request: ReceivedRequest) -> Case | OnBehalfError:
    """Open the case of a request; its time counts from the day of receipt.

    If the person says that they never signed up, their data is restricted, as on the page for it.
    An objection stops all mail to the address at once, for a known person or not; we keep only a
    hash of the address. Both count as acts on behalf of a person. Any request counts as an act of
    the person.
    """
    now = clock.now()
    known = _lock_person_of(request.address)
    if request.acts_at_once and not may_act_on_behalf():
        return OnBehalfError.LIMIT_REACHED
    received_at = min(datetime.combine(request.received_on, time(12), PARIS), now)
    case = open_case(
        request.kind,
        request.channel,
        now=now,
        subscriber_id=None if known is None else known.id,
    )
    case.received_at, case.due_at = received_at, due_at(received_at)
    case.note = request.note
    record_team_act(CaseTeamAct.OPENED, case.id, {"kind": case.kind.value})
    if known is not None:
        record_activity(known, received_at)
    if request.acts_at_once:
        _act_at_once(request, known, now)
    return case


@in_transaction
def _act_at_once(request: ReceivedRequest, known: Subscriber | None, now: datetime) -> None:
    details = {"channel": request.channel.value}
    if request.kind is CaseKind.DISPUTE:
        if known is not None:
            is_new = known.restricted_at is None
            restrict_person(known.id, Method.ORGANISER, now=now)
            record_on_behalf(PersonAct.RESTRICTED, known.id, details)
            if is_new:
                report = draft_report(known, PersonAct.RESTRICTED, request.channel, now=now)
                put_report(report, now=now)
    elif known is not None:
        stop_all_mail_to(known, request.channel)
    elif request.address is not None:
        object_by_address(address_mac(request.address.key), now=now)
        record_on_behalf(ListAct.PERSON_STOPPED, None, details)


def _lock_person_of(address: Address | None) -> Subscriber | None:
    known = None if address is None else find_subscriber_by_key(address.key)
    return None if known is None else lock_subscriber(known.id)
