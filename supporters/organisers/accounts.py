"""Disables and enables accounts; grants and revokes the right to export people (REQ-124)."""

import secrets
from enum import Enum, auto

import structlog

from supporters.database import transaction, use_case
from supporters.mail.links import link_to
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_act
from supporters.organisers.models import Organiser, RoleName
from supporters.organisers.notice_texts import Notice
from supporters.organisers.queries import find_organiser, get_role, lock_organisers
from supporters.organisers.security_notices import (
    name_of_actor,
    owners_and_officer,
    put_notice,
)
from supporters.organisers.sign_in_sessions import end_all_sessions

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
    end_all_sessions(organiser_id)
    record_act(Act.ACCOUNT_DISABLED, organiser_id)
    return AccountResult.DONE


@use_case
def enable_organiser(organiser_id: int) -> AccountResult:
    """Enable an account again."""
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return AccountResult.UNKNOWN
    organiser.active = True
    record_act(Act.ACCOUNT_ENABLED, organiser_id)
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
        act = Act.RIGHT_GRANTED if may_export else Act.RIGHT_REVOKED
        record_act(act, organiser_id, {"right": RoleName.EXPORTER.value})
        if may_export:
            _announce_right(organiser)
    log.info("organiser.export_right", organiser=organiser_id, may_export=may_export)
    return ExportRightResult.DONE


def _announce_right(organiser: Organiser) -> None:
    values = {
        "account": organiser.name_and_address,
        "actor": name_of_actor(),
    }
    team = link_to("console.organisers")
    put_notice(Notice.EXPORT_GRANTED, owners_and_officer(organiser), values, url=team)


def _set(organiser: Organiser, *, may_export: bool) -> None:
    right = get_role(RoleName.EXPORTER)
    if may_export and right not in organiser.roles:
        organiser.roles.append(right)
    elif not may_export and right in organiser.roles:
        organiser.roles.remove(right)
