"""Decides what the slug of a list may be."""

import re

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Tell whether a text can be part of the URL of a signup page."""
    return SLUG.fullmatch(text) is not None
