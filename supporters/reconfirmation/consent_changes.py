"""Another meaning of a consent, and its mailing, wait for a second person (ADR 082).

The texts are frozen when they are written. A second owner's agreement puts them in force at once.
After that of the officer, and in a party with one owner and no officer, 48 hours pass in which each
owner can cancel.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum, auto

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser, list_active_organisers, lock_organisers
from supporters.accounts.second_person import SecondPersonFault, find_second_person_fault
from supporters.audit_log.audit_events import Act, record_act
from supporters.consent.models import Purpose
from supporters.consent.queries import find_purpose, find_successor
from supporters.consent.rules import WordingChange
from supporters.database import db, in_transaction, transaction, use_case
from supporters.ids import new_id
from supporters.imports.rules import WAITING_TIME
from supporters.lists.purpose_changes import (
    ChangeWordingError,
    WordingFaults,
    change_wording,
    current_texts,
    describe_texts,
    find_change_fault,
    find_faults,
    written,
)
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.notices.security_notices import Notice, owners_and_officer, put_notice
from supporters.reconfirmation.acts import ReconfirmationAct, ReconfirmationNotice
from supporters.reconfirmation.models import ConsentChange, ConsentChangeKind, ConsentChangeStatus
from supporters.reconfirmation.queries import (
    count_to_ask,
    find_waiting_change,
    hash_of_texts,
    list_waiting_changes,
)
from supporters.reconfirmation.reconfirmation_rounds import PeopleCountChanged, start_reconfirmation
from supporters.reconfirmation.states import CONSENT_CHANGE_STATES, ConsentChangeMove
from supporters.team.right_requests import VALID_FOR, is_sole_owner

HOUR = timedelta(hours=1)


class ConsentChangeError(Enum):
    """Why a consent change can't be requested, agreed to or cancelled."""

    UNKNOWN = auto()
    NOT_WAITING = auto()
    NOT_ALLOWED = auto()
    OWN_CHANGE = auto()
    ALREADY_WAITS = auto()
    PERSON_GONE = auto()
    WORDS_CHANGED = auto()
    NOBODY_TO_ASK = auto()


@use_case
def request_meaning(
    purpose_id: int, texts: Mapping[str, str], requester_id: int
) -> ConsentChange | ConsentChangeError | ChangeWordingError | WordingFaults:
    """Freeze texts with another meaning, and ask for a second person. Nothing changes yet."""
    texts = written(texts)
    if faults := find_faults(texts, current_texts(purpose_id)):
        return faults
    Lock.RECONFIRMATION.take(purpose_id)
    if refused := find_change_fault(purpose_id, texts):
        return refused
    kind = ConsentChangeKind.MEANING
    return _request(purpose_id, kind, texts=texts, requester_id=requester_id)


@use_case
def request_mailing(
    purpose_id: int, requester_id: int, *, expected_people: int
) -> ConsentChange | ConsentChangeError | PeopleCountChanged:
    """Freeze the current texts of a purpose for an email to the people of the earlier ones."""
    Lock.RECONFIRMATION.take(purpose_id)
    purpose = find_purpose(purpose_id)
    if purpose is None or purpose.succeeds_id is None or find_successor(purpose_id) is not None:
        return ConsentChangeError.NOBODY_TO_ASK
    people = count_to_ask(purpose)
    if people != expected_people:
        return PeopleCountChanged(people)
    texts = current_texts(purpose_id)
    kind = ConsentChangeKind.MAILING
    return _request(purpose_id, kind, texts=texts, requester_id=requester_id)


@use_case
def agree_to_change(
    change_id: int, account_id: int
) -> ConsentChange | ConsentChangeError | SecondPersonFault:
    """Agree as a second person. It is done at once for an owner, and later for the officer."""
    now, change = clock.now(), _lock(change_id)
    account = find_organiser(account_id)
    if change is None or account is None:
        return ConsentChangeError.UNKNOWN
    if fault := find_agreement_fault(change, account, now):
        return fault
    change.agreed_by_id = account_id
    _agree(change, now)
    if account.is_owner_at_work:
        _apply(change)
    else:
        change.starts_at = now + WAITING_TIME
        _notify(ReconfirmationNotice.CONSENT_CHANGE_AGREED, change)
    return change


def find_agreement_fault(
    change: ConsentChange, account: Organiser, now: datetime
) -> ConsentChangeError | SecondPersonFault | None:
    """Return why an account can't agree to a consent change; None if it can."""
    if change.status is not ConsentChangeStatus.OPEN or is_overdue(change, now):
        return ConsentChangeError.NOT_WAITING
    if change.requested_by_id == account.id:
        return ConsentChangeError.OWN_CHANGE
    right = RoleName.OWNER if account.is_owner_at_work else RoleName.DPO
    fault = find_second_person_fault(
        account, change.requested_by_id, now, right=right, began_at=change.requested_at
    )
    if fault is not None:
        return fault
    return _find_fault_of_change(change)


@use_case
def cancel_change(change_id: int, account_id: int) -> ConsentChange | ConsentChangeError:
    """Cancel a consent change that waits. Each owner and the officer can."""
    change, account = _lock(change_id), find_organiser(account_id)
    if change is None or account is None:
        return ConsentChangeError.UNKNOWN
    if not (account.is_owner_at_work or account.has_role(RoleName.DPO.value)):
        return ConsentChangeError.NOT_ALLOWED
    if not CONSENT_CHANGE_STATES.allows(change.status, ConsentChangeMove.CANCEL):
        return ConsentChangeError.NOT_WAITING
    _end(change, ConsentChangeMove.CANCEL, ReconfirmationAct.CONSENT_CHANGE_CANCELLED)
    _notify(ReconfirmationNotice.CONSENT_CHANGE_CANCELLED, change)
    return change


def settle_changes(now: datetime) -> int:
    """Do the consent changes whose time has come, and end those that nobody agreed to in time.

    Return how many there were.
    """
    due = [each.id for each in list_waiting_changes() if _is_due(each, now)]
    for change_id in due:
        with transaction():
            change = _lock(change_id)
            if change is not None and _is_due(change, now):
                _settle(change)
    return len(due)


@in_transaction
def lapse_changes() -> int:
    """End all consent changes that wait: a restored database doesn't know who cancelled them."""
    waiting = list_waiting_changes()
    for change in waiting:
        _end(change, ConsentChangeMove.LAPSE, ReconfirmationAct.CONSENT_CHANGE_LAPSED)
    return len(waiting)


def is_overdue(change: ConsentChange, now: datetime) -> bool:
    """Tell whether nobody agreed within the time of a request."""
    return change.status is ConsentChangeStatus.OPEN and change.requested_at <= now - VALID_FOR


def _is_due(change: ConsentChange, now: datetime) -> bool:
    if change.status is ConsentChangeStatus.AGREED:
        return change.starts_at is not None and change.starts_at <= now
    return is_overdue(change, now)


def _settle(change: ConsentChange) -> None:
    if change.status is ConsentChangeStatus.AGREED and _find_fault_of_change(change) is None:
        _apply(change)
        return
    _end(change, ConsentChangeMove.LAPSE, ReconfirmationAct.CONSENT_CHANGE_LAPSED)
    _notify(ReconfirmationNotice.CONSENT_CHANGE_LAPSED, change)


def _request(
    purpose_id: int, kind: ConsentChangeKind, *, texts: Mapping[str, str], requester_id: int
) -> ConsentChange | ConsentChangeError:
    team, requester = lock_organisers(), find_organiser(requester_id)
    if requester is None or not requester.is_owner_at_work:
        return ConsentChangeError.NOT_ALLOWED
    if find_waiting_change(purpose_id) is not None:
        return ConsentChangeError.ALREADY_WAITS
    now = clock.now()
    change = ConsentChange(
        id=new_id(now),
        purpose_id=purpose_id,
        kind=kind,
        status=ConsentChangeStatus.OPEN,
        texts=dict(texts),
        text_hash=hash_of_texts(purpose_id, texts),
        requested_by_id=requester_id,
        requested_at=now,
    )
    db.session.add(change)
    _record(ReconfirmationAct.CONSENT_CHANGE_REQUESTED, change)
    if is_sole_owner(requester, team) and not list_active_organisers(RoleName.DPO):
        change.starts_at = now + WAITING_TIME
        _agree(change, now)
        _notify(ReconfirmationNotice.CONSENT_CHANGE_BEGINS, change)
    else:
        _notify(ReconfirmationNotice.CONSENT_CHANGE_WAITS, change)
    return change


def _agree(change: ConsentChange, now: datetime) -> None:
    CONSENT_CHANGE_STATES.transition(change, ConsentChangeMove.AGREE)
    change.agreed_at = now
    if change.agreed_by_id is not None:
        _record(ReconfirmationAct.CONSENT_CHANGE_AGREED, change)


def _apply(change: ConsentChange) -> None:
    """Put the frozen texts in force, or begin to ask people with them."""
    if change.kind is ConsentChangeKind.MEANING:
        changed = change_wording(change.purpose_id, change.texts, WordingChange.MATERIAL)
        change.result_id = changed.id if isinstance(changed, Purpose) else None
    else:
        change.result_id = change.purpose_id
    if change.result_id is None:  # the party has another name meanwhile, for example
        _end(change, ConsentChangeMove.LAPSE, ReconfirmationAct.CONSENT_CHANGE_LAPSED)
        _notify(ReconfirmationNotice.CONSENT_CHANGE_LAPSED, change)
        return
    _end(change, ConsentChangeMove.APPLY, ReconfirmationAct.CONSENT_CHANGE_DONE)
    if change.kind is ConsentChangeKind.MAILING:
        db.session.flush()
        start_reconfirmation(change.purpose_id)
    _notify(ReconfirmationNotice.CONSENT_CHANGE_DONE, change)


def _find_fault_of_change(change: ConsentChange) -> ConsentChangeError | None:
    """Return why a change can't be done any more: its people, or its words, are others by now."""
    if not _are_people_at_work(change):
        return ConsentChangeError.PERSON_GONE
    is_mailing = change.kind is ConsentChangeKind.MAILING
    texts = current_texts(change.purpose_id) if is_mailing else change.texts
    is_same = texts == change.texts and change.text_hash == hash_of_texts(change.purpose_id, texts)
    if not is_same or find_successor(change.purpose_id) is not None:
        return ConsentChangeError.WORDS_CHANGED
    return None


def _are_people_at_work(change: ConsentChange) -> bool:
    requester = find_organiser(change.requested_by_id)
    second = {each.id for each in list_active_organisers(RoleName.OWNER, RoleName.DPO)}
    is_owner = requester is not None and requester.is_owner_at_work
    return is_owner and change.agreed_by_id in {None, *second}


def _end(change: ConsentChange, move: ConsentChangeMove, act: Act) -> None:
    CONSENT_CHANGE_STATES.transition(change, move)
    change.ended_at = clock.now()
    _record(act, change)


def _notify(notice: Notice, change: ConsentChange) -> None:
    values: dict[str, str | int] = {
        **describe_texts(change.purpose_id, change.texts),
        "hours": WAITING_TIME // HOUR,
        "days": VALID_FOR.days,
    }
    url = link_to("console.show_consent_change", change_id=change.id)
    put_notice(notice, owners_and_officer(), values, url=url)


def _record(act: Act, change: ConsentChange) -> None:
    record_act(act, change.purpose_id, {"kind": change.kind.value, "texts": change.text_hash})


def _lock(change_id: int) -> ConsentChange | None:
    return db.session.get(ConsentChange, change_id, with_for_update=True)
