"""Gives an account the right to take people out of the program, beside its role, or takes it away.

Nobody has it by their role (REQ-124). It holds from the next page on.
"""

from enum import Enum, auto

from supporters.database import transaction
from supporters.organisers.models import Organiser, RoleName
from supporters.organisers.queries import find_organiser, get_role


class Granted(Enum):
    """What came of it."""

    DONE = auto()
    UNKNOWN = auto()


def give_export_right(organiser_id: int) -> Granted:
    """Let an account export; a repetition changes nothing."""
    with transaction():
        organiser = find_organiser(organiser_id)
        if organiser is None:
            return Granted.UNKNOWN
        if not _may_export(organiser):
            organiser.roles = [*organiser.roles, get_role(RoleName.EXPORTER)]
    return Granted.DONE


def take_export_right(organiser_id: int) -> Granted:
    """Let an account export no more."""
    with transaction():
        organiser = find_organiser(organiser_id)
        if organiser is None:
            return Granted.UNKNOWN
        if _may_export(organiser):
            right = get_role(RoleName.EXPORTER)
            organiser.roles = [role for role in organiser.roles if role is not right]
    return Granted.DONE


def _may_export(organiser: Organiser) -> bool:
    return bool(organiser.has_role(RoleName.EXPORTER.value))
