"""Does what a person asked an organiser for: erases them, freezes them, lets go of them.

Each act closes the cases in which that was asked for, or leaves one that is closed, with the reason
and who did it. A case in which they ask to be frozen isn't closed by letting go: that answers
nothing. What is said of an erasure outlives the person: it mustn't tell who they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import select

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db, use_case
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.personal_data.erasure import Erased, ErasureOrder, erase_person
from supporters.personal_data.queries import is_being_erased
from supporters.personal_data.restriction import release_person, restrict_person
from supporters.privacy_requests.case_service import close_case, open_case
from supporters.privacy_requests.models import Case, CaseKind, Channel
from supporters.privacy_requests.queries import find_open_contest


class Changed(Enum):
    """What came of freezing somebody, or of letting go of them.

    CONTESTED: they say that they never signed up, which is to be settled before anything else.
    """

    DONE = auto()
    ALREADY = auto()
    CONTESTED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why it is done, how it was asked for, and by which account it is done.

    The reason of an erasure is the key of one that was chosen; whoever shows it has the words.
    """

    reason: str
    channel: Channel
    by: int


def erase_at_request(subscriber_id: int, grounds: Grounds) -> Erased:
    """Erase a person; a repetition changes nothing, also while the last of it is under way."""
    now = clock.now()
    asked: list[Case] = []

    def hold_asked() -> bool:
        asked[:] = _hold_open_cases(subscriber_id, CaseKind.ERASURE)
        return True

    def settle() -> None:
        for case in asked:  # the erasure closed it without the reason
            case.closed_at = case.outcome = None
        _settle(asked or [_open(CaseKind.ERASURE, grounds, now)], grounds, now)

    order = ErasureOrder(
        reason=ErasureReason.ASKED,
        method=Method.ORGANISER,
        now=now,
        is_due=hold_asked,
        also=settle,
    )
    return erase_person(subscriber_id, order)


@use_case
def freeze_at_request(subscriber_id: int, grounds: Grounds) -> Changed:
    """Freeze a person; a repetition changes nothing."""
    now = clock.now()
    person = _lock(subscriber_id)
    if person is None:
        return Changed.UNKNOWN
    if person.restricted_at is not None:
        return Changed.ALREADY
    restrict_person(subscriber_id, Method.ORGANISER, now=now)
    asked = _hold_open_cases(subscriber_id, CaseKind.RESTRICTION)
    opened = asked or [_open(CaseKind.RESTRICTION, grounds, now, subscriber_id=subscriber_id)]
    _settle(opened, grounds, now)
    return Changed.DONE


@use_case
def release_at_request(subscriber_id: int, grounds: Grounds) -> Changed:
    """Let go of a frozen person, unless a contest is open; a repetition changes nothing."""
    now = clock.now()
    person = _lock(subscriber_id)
    if person is None:
        return Changed.UNKNOWN
    if person.restricted_at is None:
        return Changed.ALREADY
    if find_open_contest(subscriber_id) is not None:
        return Changed.CONTESTED
    release_person(subscriber_id, Method.ORGANISER, now=now)
    opened = _open(CaseKind.RESTRICTION, grounds, now, subscriber_id=subscriber_id)
    _settle([opened], grounds, now)
    return Changed.DONE


def _lock(subscriber_id: int) -> Subscriber | None:
    """Return a person held for this transaction, unless only the husk of them is left."""
    person = lock_subscriber(subscriber_id)
    return None if is_being_erased(subscriber_id) else person


def _hold_open_cases(subscriber_id: int, kind: CaseKind) -> Sequence[Case]:
    """Return the cases in which that is asked, held: what a colleague closed has its outcome."""
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


def _settle(cases: Sequence[Case], grounds: Grounds, now: datetime) -> None:
    for case in cases:
        close_case(case.id, grounds.reason, now=now, by=grounds.by)
