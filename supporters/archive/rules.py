"""Decides the slug of an issue: the last part of the address of its page."""

import re
import unicodedata
from datetime import date

LONGEST_WORDS = 70
NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def slug_of(title: str, sent_on: date) -> str:
    """Return the slug of an issue: its day, and the words of its title in plain letters."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = NOT_IN_SLUG.sub("-", plain).strip("-")
    if len(words) > LONGEST_WORDS:
        words = words[: LONGEST_WORDS + 1].rpartition("-")[0] or words[:LONGEST_WORDS]
    return f"{sent_on:%Y-%m-%d}-{words}".strip("-")
