"""How long data is kept, as the privacy notice of every page that asks for consent says it."""

from typing import NamedTuple

from supporters.rights.retention.naming import time_of
from supporters.rights.retention.queries import list_rules
from supporters.rights.retention.rules import Category


class Times(NamedTuple):
    """In words: people on a list who do nothing, and the proofs of those who left."""

    people: str
    proofs: str


def times_kept() -> Times:
    """Return the times of the retention table at this moment, in the language of the page."""
    days = {Category(rule.category): rule.days for rule in list_rules()}
    return Times(people=time_of(days[Category.PEOPLE]), proofs=time_of(days[Category.PROOFS]))
