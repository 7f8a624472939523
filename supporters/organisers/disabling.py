"""Disables and enables accounts. Disabling ends every session of the account at once."""

import secrets
from enum import Enum, auto

from supporters.database import transaction
from supporters.organisers.models import RoleName
from supporters.organisers.queries import count_active_owners, find_organiser


class Disabled(Enum):
    """What came of it."""

    DONE = auto()
    UNKNOWN = auto()
    LAST_OWNER = auto()


def disable_organiser(organiser_id: int) -> Disabled:
    """Lock an account out; the last owner can't be, or nobody could invite any more."""
    with transaction():
        organiser = find_organiser(organiser_id)
        if organiser is None:
            return Disabled.UNKNOWN
        is_owner = organiser.active and organiser.has_role(RoleName.OWNER.value)
        if is_owner and count_active_owners() == 1:
            return Disabled.LAST_OWNER
        organiser.active = False
        organiser.fs_uniquifier = secrets.token_hex(32)
    return Disabled.DONE


def enable_organiser(organiser_id: int) -> Disabled:
    """Let an account in again."""
    with transaction():
        organiser = find_organiser(organiser_id)
        if organiser is None:
            return Disabled.UNKNOWN
        organiser.active = True
    return Disabled.DONE
