"""Gives and revokes the rights of accounts: to be an owner, to approve, to export (REQ-124).

A command gives a right at once. In the console an owner requests it, and another owner agrees:
see `right_requests.py`.
"""

from enum import Enum, auto

import structlog
from sqlalchemy import update

from supporters import clock
from supporters.accounts.models import Organiser, RoleName, organiser_role
from supporters.accounts.queries import find_organiser, get_role, lock_organisers
from supporters.audit_log.audit_events import record_act
from supporters.database import db, in_transaction, use_case
from supporters.mail.links import link_to
from supporters.notices.security_notices import (
    Notice,
    name_of_actor,
    owners_and_officer,
    put_notice,
)
from supporters.team.acts import TeamAct, TeamNotice

log = structlog.get_logger(__name__)
BASE_ROLES = (RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO)
EXTRA_RIGHTS = (RoleName.APPROVER, RoleName.EXPORTER)
GRANTED: dict[RoleName, Notice] = {
    RoleName.OWNER: TeamNotice.OWNER_GRANTED,
    RoleName.APPROVER: TeamNotice.APPROVAL_GRANTED,
    RoleName.EXPORTER: TeamNotice.EXPORT_GRANTED,
}


class RightResult(Enum):
    """The result of giving or revoking a right."""

    DONE = auto()
    UNKNOWN = auto()


@use_case
def grant_right(organiser_id: int, right: RoleName) -> RightResult:
    """Give an account a right at once: for the operator's commands."""
    lock_organisers()
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return RightResult.UNKNOWN
    if not organiser.has_role(right.value):
        give_right(organiser, right)
    return RightResult.DONE


@use_case
def revoke_right(organiser_id: int, right: RoleName) -> RightResult:
    """Revoke the right to approve or to export, from the next request on."""
    lock_organisers()
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return RightResult.UNKNOWN
    if organiser.has_role(right.value):
        organiser.roles.remove(get_role(right))
        record_act(TeamAct.RIGHT_REVOKED, organiser_id, {"right": right.value})
        notify_of_change(organiser)
        log.info("organiser.right_revoked", organiser=organiser_id, right=right.value)
    return RightResult.DONE


@in_transaction
def give_right(organiser: Organiser, right: RoleName) -> None:
    """Add a right to an account, record it, and notify all owners and the officer."""
    if right in BASE_ROLES:
        set_base_role(organiser, right)
    else:
        organiser.roles.append(get_role(right))
    record_act(TeamAct.RIGHT_GRANTED, organiser.id, {"right": right.value})
    _notify(GRANTED[right], organiser)
    log.info("organiser.right_granted", organiser=organiser.id, right=right.value)


@in_transaction
def set_base_role(organiser: Organiser, role: RoleName) -> None:
    """Replace the role of an account. Its rights to approve and to export stay.

    Only an organiser is limited to lists: an owner and the officer answer for all of them.
    """
    others = [get_role(right) for right in list_extra_rights(organiser)]
    if organiser.has_role(RoleName.OWNER.value) and role is not RoleName.OWNER:
        organiser.was_owner = organiser.was_owner or organiser.welcomed_at is not None
    organiser.roles = [get_role(role), *others]
    if role is not RoleName.ORGANISER:
        organiser.is_limited = False


@in_transaction
def begin_rights_anew(organiser: Organiser) -> None:
    """Let the role and the rights of an account count from now on, as those of a new one."""
    db.session.execute(
        update(organiser_role)
        .where(organiser_role.c.organiser_id == organiser.id)
        .values(granted_at=clock.now())
    )


@in_transaction
def notify_of_change(organiser: Organiser) -> None:
    """Notify the account, all owners and the officer that its role or its rights changed."""
    _notify(TeamNotice.ACCOUNT_CHANGED, organiser)


@in_transaction
def notify_of_end(organiser: Organiser) -> None:
    """Notify the account, all owners and the officer that it was disabled."""
    _notify(TeamNotice.ACCOUNT_DISABLED, organiser)


@in_transaction
def notify_of_owner(organiser: Organiser) -> None:
    """Notify the account, all owners and the officer of an owner who was invited."""
    _notify(TeamNotice.OWNER_GRANTED, organiser)


def _notify(notice: Notice, organiser: Organiser) -> None:
    """Send a notice, to the account itself only if it proved its address by accepting."""
    values = {"account": organiser.shown_name, "actor": name_of_actor()}
    recipients = owners_and_officer(*([organiser] if organiser.welcomed_at else []))
    put_notice(notice, recipients, values, url=link_to("console.organisers"))


def list_extra_rights(organiser: Organiser) -> list[RoleName]:
    """Return the rights that an account has beside its role."""
    return [right for right in EXTRA_RIGHTS if organiser.has_role(right.value)]


def base_role_of(organiser: Organiser) -> RoleName | None:
    """Return the role of an account, without its rights; None if it has none."""
    return next((role for role in BASE_ROLES if organiser.has_role(role.value)), None)
