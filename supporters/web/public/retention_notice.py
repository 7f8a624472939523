"""How long data is kept, as the privacy notice of every page that asks for consent says it."""

from typing import NamedTuple

from flask import g

from supporters.retention.labels import time_of
from supporters.retention.queries import list_rules
from supporters.retention.rules import Category


class Times(NamedTuple):
    """In words: people on a list who do nothing, and the proofs of those who left."""

    people: str
    proofs: str


def times_kept() -> Times:
    """Return the times of the retention table at this moment, in the language of the page."""
    days = _days()
    return Times(people=time_of(days[Category.PEOPLE]), proofs=time_of(days[Category.PROOFS]))


def _days() -> dict[Category, int | None]:
    """Return how long each category is kept; read once in a request, whose pages say the same."""
    if "days_kept" not in g:
        g.days_kept = {Category(rule.category): rule.days for rule in list_rules()}
    days: dict[Category, int | None] = g.days_kept
    return days
