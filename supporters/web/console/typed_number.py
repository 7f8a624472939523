"""The typed number of people: it confirms an action that reaches all of them."""

import re

from flask_babel import format_decimal, gettext

GROUPING = re.compile(r"[\s.,’']")


def is_number(typed: str | None, number: int) -> bool:
    """Tell whether the typed text is this number, with any grouping of digits."""
    return GROUPING.sub("", typed or "") == str(number)


def explain_number(number: int) -> str:
    """Return the error message for another number."""
    people = format_decimal(number)
    return str(gettext("This reaches %(number)s people. Type that number.", number=people))
