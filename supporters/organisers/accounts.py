"""Disables and enables accounts; grants and revokes the right to export people (REQ-124)."""

import secrets
from enum import Enum, auto

import structlog

from supporters.database import transaction, use_case
from supporters.organisers.models import Organiser, RoleName
from supporters.organisers.queries import find_organiser, get_role, lock_organisers

log = structlog.get_logger(__name__)


class AccountResult(Enum):
    """The result of disabling or enabling an account."""

    DONE = auto()
    UNKNOWN = auto()
    LAST_OWNER = auto()


@use_case
def disable_organiser(organiser_id: int) -> AccountResult:
    """Disable an account. The last owner stays, because only owners can invite."""
    owners = [each.id for each in lock_organisers() if each.is_owner_at_work]
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return AccountResult.UNKNOWN
    if owners == [organiser_id]:
        return AccountResult.LAST_OWNER
    organiser.active = False
    organiser.fs_uniquifier = secrets.token_hex(32)
    return AccountResult.DONE


@use_case
def enable_organiser(organiser_id: int) -> AccountResult:
    """Enable an account again."""
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return AccountResult.UNKNOWN
    organiser.active = True
    return AccountResult.DONE


class ExportRightResult(Enum):
    """The result of granting or revoking the export right."""

    DONE = auto()
    UNKNOWN = auto()


def grant_export(organiser_id: int) -> ExportRightResult:
    """Grant an account the right to export people, in addition to its role."""
    return _change(organiser_id, may_export=True)


def revoke_export(organiser_id: int) -> ExportRightResult:
    """Revoke the right to export people, from the next request on."""
    return _change(organiser_id, may_export=False)


def _change(organiser_id: int, *, may_export: bool) -> ExportRightResult:
    with transaction():
        organiser = find_organiser(organiser_id)
        if organiser is None:
            return ExportRightResult.UNKNOWN
        _set(organiser, may_export=may_export)
    log.info("organiser.export_right", organiser=organiser_id, may_export=may_export)
    return ExportRightResult.DONE


def _set(organiser: Organiser, *, may_export: bool) -> None:
    right = get_role(RoleName.EXPORTER)
    if may_export and right not in organiser.roles:
        organiser.roles.append(right)
    elif not may_export and right in organiser.roles:
        organiser.roles.remove(right)
