"""Asks the running `flask training` to make its sample party anew, by a file in its folder."""

from supporters.config import Settings
from supporters.development.local_installation import UNFINISHED

NEW_DAY = "begin-again"
BEGIN_AGAIN = (NEW_DAY, UNFINISHED)


def ask_for_new_day(settings: Settings) -> None:
    """Ask that the day begins again: at once, or at the next start."""
    (settings.instance_dir / NEW_DAY).touch(mode=0o600)


def is_to_begin_again(settings: Settings) -> bool:
    """Tell whether the sample party is to be made anew: asked for, or interrupted in its making."""
    return any((settings.instance_dir / each).exists() for each in BEGIN_AGAIN)


def is_new_day_asked(settings: Settings) -> bool:
    """Tell whether somebody asked. The file goes with the others when the day begins again."""
    return (settings.instance_dir / NEW_DAY).exists()
