"""Disables and enables accounts. Disabling ends every session of the account at once."""

import secrets
from enum import Enum, auto

from supporters.database import use_case
from supporters.organisers.queries import find_organiser, lock_organisers


class Disabled(Enum):
    """What came of it."""

    DONE = auto()
    UNKNOWN = auto()
    LAST_OWNER = auto()


@use_case
def disable_organiser(organiser_id: int) -> Disabled:
    """Lock an account out; the last owner can't be, or nobody could invite any more."""
    owners = [each.id for each in lock_organisers() if each.is_owner_at_work]
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return Disabled.UNKNOWN
    if owners == [organiser_id]:
        return Disabled.LAST_OWNER
    organiser.active = False
    organiser.fs_uniquifier = secrets.token_hex(32)
    return Disabled.DONE


@use_case
def enable_organiser(organiser_id: int) -> Disabled:
    """Let an account in again."""
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return Disabled.UNKNOWN
    organiser.active = True
    return Disabled.DONE
