"""What a list may be called."""

import re

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Tell whether a text can stand in the address of a signup page."""
    return SLUG.fullmatch(text) is not None
