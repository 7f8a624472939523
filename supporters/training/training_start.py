"""The steps of `flask training` that differ from those of `flask develop`."""

from supporters.database import db
from supporters.development.local_installation import StartFailed, prepare_database
from supporters.extensions import current_settings
from supporters.mail.links import link_to
from supporters.migrations.training_mark import ForeignDatabase, mark_new_database


def prepare_training_database() -> None:
    """Mark the new database as that of a training, and make its tables. Raises StartFailed."""
    try:
        with db.engine.begin() as connection:
            mark_new_database(connection)
    except ForeignDatabase as error:
        message = (
            "The database in this folder was made by no training, so it may be the party's own: "
            f"{current_settings().database_url}. Give the training a folder of its own with "
            "SUPPORTERS_INSTANCE_DIR."
        )
        raise StartFailed(message) from error
    prepare_database()


def describe_training() -> list[str]:
    """Return lines with the addresses to open, and the way in."""
    lines = [
        f"  Entrance   {link_to('training.entrance')}",
        f"  Mailbox    {link_to('dev.inbox')}",
        "",
    ]
    if not current_settings().training.key:
        return [*lines, "  Everybody on this machine may enter."]
    words = "  The team enters from the party's console, with SUPPORTERS_TRAINING_URL set to"
    return [*lines, words, f"  {current_settings().base_url} there, and the same TRAINING_KEY."]
