"""The sentence about a running pause, for pages where a person joins a list."""

from datetime import datetime

from flask_babel import gettext

from supporters.cases.rules import UNTIL_RESUMED
from supporters.text.local_dates import format_date


def say_pause(until: datetime | None) -> str:
    """Return what a pause means for a list that a person joins; empty without a pause."""
    if until is None:
        return ""
    if until == UNTIL_RESUMED:
        words = gettext("Your pause goes on, for new lists too: we send nothing until you end it.")
    else:
        words = gettext(
            "Your pause goes on, for new lists too: we send nothing until %(when)s.",
            when=format_date(until),
        )
    return str(words)
