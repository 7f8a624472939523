"""Finds out whether an account counts as the second person who approves what another one began.

Nobody brings their own second person: a right counts only after a time, and the first person must
not have invited the second one lately, nor the second one the first (ADR 048).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import select

from supporters.accounts.models import Organiser, Role, RoleName, organiser_role
from supporters.accounts.queries import find_organiser
from supporters.database import db

WAITING_TIME = timedelta(hours=72)


class SecondPersonFault(Enum):
    """Why an account can't approve what another one began."""

    SAME_ACCOUNT = auto()
    NO_RIGHT = auto()
    TOO_NEW = auto()
    INVITED_BY_INITIATOR = auto()
    INVITED_THE_INITIATOR = auto()


def find_second_person_fault(
    approver: Organiser,
    initiator_id: int | None,
    now: datetime,
    *,
    right: RoleName = RoleName.APPROVER,
    began_at: datetime | None = None,
) -> SecondPersonFault | None:
    """Return why an account can't be the second person; None if it can.

    The right must be held for `WAITING_TIME`. Neither account may have invited the other, directly
    or through accounts that it invited, within this time before the first person began. Without an
    initiator (a command) only the right counts.
    """
    if approver.id == initiator_id:
        return SecondPersonFault.SAME_ACCOUNT
    held_since = find_held_since(approver, right)
    if held_since is None:
        return SecondPersonFault.NO_RIGHT
    if held_since > now - WAITING_TIME:
        return SecondPersonFault.TOO_NEW
    return _find_invitation_fault(approver, initiator_id, (began_at or now) - WAITING_TIME)


def _find_invitation_fault(
    approver: Organiser, initiator_id: int | None, after: datetime
) -> SecondPersonFault | None:
    initiator = None if initiator_id is None else find_organiser(initiator_id)
    if initiator is None:
        return None
    if _invited_lately(initiator, approver, after):
        return SecondPersonFault.INVITED_BY_INITIATOR
    if _invited_lately(approver, initiator, after):
        return SecondPersonFault.INVITED_THE_INITIATOR
    return None


def find_held_since(organiser: Organiser, right: RoleName) -> datetime | None:
    """Return since when an account can use a right; None if it can't.

    A right that came with a team invitation counts from the day that the invitation was accepted.
    """
    granted_at: datetime | None = db.session.scalar(
        select(organiser_role.c.granted_at)
        .join(Role, Role.id == organiser_role.c.role_id)
        .where(organiser_role.c.organiser_id == organiser.id, Role.name == right.value)
    )
    if granted_at is None or not (organiser.active and organiser.password):
        return None
    return max(granted_at, organiser.welcomed_at or granted_at)


def counts_from(organiser: Organiser, right: RoleName) -> datetime | None:
    """Return when a right begins to count as that of a second person; None without the right."""
    since = find_held_since(organiser, right)
    return None if since is None else since + WAITING_TIME


def was_invited_through(organiser: Organiser, inviter_id: int) -> bool:
    """Tell whether an account invited another one, directly or through accounts that it invited."""
    return any(each.invited_by_id == inviter_id for each in _chain_of(organiser))


def _invited_lately(inviter: Organiser, invited: Organiser, after: datetime) -> bool:
    """Tell whether an account came from another one, with an account on the way that is new."""
    is_new = False
    for each in _chain_of(invited):
        is_new = is_new or (each.welcomed_at or each.invited_at) > after
        if each.invited_by_id == inviter.id:
            return is_new
    return False


def _chain_of(organiser: Organiser) -> Iterator[Organiser]:
    """Yield an account, the account that invited it, and so on up to one without an inviter."""
    seen: set[int] = set()
    each: Organiser | None = organiser
    while each is not None and each.id not in seen:
        seen.add(each.id)
        yield each
        each = None if each.invited_by_id is None else find_organiser(each.invited_by_id)
