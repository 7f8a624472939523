"""The names of accounts on pages."""

from flask_babel import gettext

from supporters.accounts.queries import find_organiser


def name_of_author(organiser_id: int | None) -> str:
    """Return the author of a change: an account, or somebody at a shell."""
    organiser = None if organiser_id is None else find_organiser(organiser_id)
    return organiser.name_and_address if organiser else str(gettext("somebody"))
