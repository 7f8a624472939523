"""Disables and enables accounts, changes their roles and profiles. One owner always stays."""

import secrets
from enum import Enum, auto

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser, lock_organisers
from supporters.audit_log.audit_events import record_act
from supporters.database import in_transaction, use_case
from supporters.sign_in.sign_in_sessions import end_all_sessions
from supporters.team.account_rights import (
    base_role_of,
    begin_rights_anew,
    give_right,
    notify_of_change,
    notify_of_end,
    set_base_role,
)
from supporters.team.acts import TeamAct


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
