"""The number of people, typed before something reaches all of them: it is never a slip."""

import re

from flask_babel import format_decimal, gettext

GROUPING = re.compile(r"[\s.,’']")


def is_number(typed: str | None, number: int) -> bool:
    """Tell whether somebody typed a number, however they group its digits."""
    return GROUPING.sub("", typed or "") == str(number)


def tell_number(number: int) -> str:
    """Return what to do when another number was typed."""
    people = format_decimal(number)
    return str(gettext("This reaches %(number)s people. Type that number.", number=people))
