"""Changes the name and the language of an account."""

from supporters.accounts.queries import find_organiser
from supporters.audit_log.audit_events import record_act
from supporters.database import use_case
from supporters.team.acts import TeamAct


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
