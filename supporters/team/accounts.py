"""Enables accounts, changes roles, profiles and rights (REQ-124). One owner always stays.

A command gives a right at once. In the console an owner requests it, and another owner agrees:
see `right_requests.py`.

A disabled account loses its name and address later, and its row stays with its id: the audit log,
approvals and cases name the account by it.
"""

import secrets
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from sqlalchemy import delete, select, update

from supporters import clock
from supporters.accounts.models import (
    Organiser,
    RoleName,
    StoredForm,
    organiser_list,
    organiser_role,
)
from supporters.accounts.queries import find_organiser, get_role, lock_organisers
from supporters.audit_log.audit_events import record_act
from supporters.database import db, delete_where, in_transaction, use_case
from supporters.mail.links import link_to
from supporters.notices.security_notices import (
    Notice,
    name_of_actor,
    owners_and_officer,
    put_notice,
)
from supporters.sign_in.one_time_codes import AuthenticatorApp, RecoveryCode
from supporters.sign_in.openid_accounts import OpenIdIdentity
from supporters.sign_in.passkeys import Passkey
from supporters.sign_in.session_models import (
    KnownDevice,
    PasswordReset,
    RefusedSignIn,
    SignInSession,
)
from supporters.sign_in.sign_in_sessions import end_all_sessions
from supporters.team.acts import TeamAct, TeamNotice

log = structlog.get_logger(__name__)
BASE_ROLES = (RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO)
EXTRA_RIGHTS = (RoleName.APPROVER, RoleName.EXPORTER)
GRANTED: dict[RoleName, Notice] = {
    RoleName.OWNER: TeamNotice.OWNER_GRANTED,
    RoleName.APPROVER: TeamNotice.APPROVAL_GRANTED,
    RoleName.EXPORTER: TeamNotice.EXPORT_GRANTED,
}
NOWHERE = "former.invalid"  # a domain that no email can go to (RFC 2606)
OF_AN_ACCOUNT = (
    *(Passkey, AuthenticatorApp, OpenIdIdentity, RecoveryCode, StoredForm),
    *(KnownDevice, PasswordReset, RefusedSignIn, SignInSession),
)


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


class AccountResult(Enum):
    """The result of a change of an account."""

    DONE = auto()
    UNKNOWN = auto()
    LAST_OWNER = auto()


@use_case
def disable_organiser(organiser_id: int) -> AccountResult:
    """Disable an account. The last owner stays, because only owners can invite."""
    organiser = _lock(organiser_id)
    if organiser is None:
        return AccountResult.UNKNOWN
    if _is_last_owner(organiser):
        return AccountResult.LAST_OWNER
    was_active, organiser.active = organiser.active, False
    organiser.disabled_at = organiser.disabled_at or clock.now()
    organiser.fs_uniquifier = secrets.token_hex(32)
    end_all_sessions(organiser_id)
    record_act(TeamAct.ACCOUNT_DISABLED, organiser_id)
    if was_active:
        notify_of_end(organiser)
    return AccountResult.DONE


@use_case
def enable_organiser(organiser_id: int) -> AccountResult:
    """Enable an account again. Its rights count as new: 72 hours pass before it may approve."""
    organiser = _lock(organiser_id)
    if organiser is None or organiser.anonymised_at is not None:
        return AccountResult.UNKNOWN
    if not organiser.active:
        organiser.active, organiser.disabled_at = True, None
        begin_rights_anew(organiser)
        notify_of_change(organiser)
    record_act(TeamAct.ACCOUNT_ENABLED, organiser_id)
    return AccountResult.DONE


@use_case
def change_role(organiser_id: int, role: RoleName) -> AccountResult:
    """Change the role of an account at once.

    Only a command makes an owner by this. In the console another owner must agree.
    """
    organiser = _lock(organiser_id)
    if organiser is None:
        return AccountResult.UNKNOWN
    if organiser.has_role(role.value):
        return AccountResult.DONE
    if role is RoleName.OWNER:
        give_right(organiser, role)
        return AccountResult.DONE
    if _is_last_owner(organiser):
        return AccountResult.LAST_OWNER
    before = base_role_of(organiser)
    set_base_role(organiser, role)
    details = {"before": before and before.value, "after": role.value}
    record_act(TeamAct.ROLE_CHANGED, organiser_id, details)
    notify_of_change(organiser)
    return AccountResult.DONE


@in_transaction
def _lock(organiser_id: int) -> Organiser | None:
    lock_organisers()
    return find_organiser(organiser_id)


def _is_last_owner(organiser: Organiser) -> bool:
    return [each.id for each in lock_organisers() if each.is_owner_at_work] == [organiser.id]


@use_case
def change_profile(organiser_id: int, *, name: str | None, language: str) -> None:
    """Store the name and the language. Raises LookupError for an unknown account."""
    organiser = find_organiser(organiser_id)
    if organiser is None:
        raise LookupError(organiser_id)
    changes = {
        "name": (organiser.name or None) != (name or None),
        "language": organiser.language != language,
    }
    organiser.name, organiser.language = name or None, language
    if any(changes.values()):
        record_act(TeamAct.PROFILE_CHANGED, organiser_id, changes)


@use_case
def anonymise_accounts(days: int, now: datetime) -> int:
    """Anonymise the accounts that were disabled more than so many days ago; return how many."""
    long_disabled = db.session.scalars(
        select(Organiser)
        .where(
            Organiser.active.is_(False),
            Organiser.anonymised_at.is_(None),
            Organiser.disabled_at < now - timedelta(days=days),
        )
        .order_by(Organiser.id)
        .with_for_update(of=Organiser)
    ).all()
    for organiser in long_disabled:
        _anonymise(organiser, now)
    return len(long_disabled)


def _anonymise(organiser: Organiser, now: datetime) -> None:
    for table in OF_AN_ACCOUNT:
        delete_where(table, table.organiser_id == organiser.id)
    db.session.execute(delete(organiser_list).where(organiser_list.c.organiser_id == organiser.id))
    organiser.email = f"account-{organiser.id}@{NOWHERE}"
    organiser.name = organiser.password = organiser.invitation_email_id = None
    organiser.fs_uniquifier = secrets.token_hex(32)
    organiser.anonymised_at = now
    record_act(TeamAct.ACCOUNT_ANONYMISED, organiser.id)
    log.info("organiser.anonymised", organiser=organiser.id)
