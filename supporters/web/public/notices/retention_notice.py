"""The retention times in the privacy notice of the pages that ask for consent."""

from typing import NamedTuple

from flask import g

from supporters.retention.labels import time_of
from supporters.retention.queries import list_rules
from supporters.retention.rules import Category


class RetentionTimes(NamedTuple):
    """Retention times in words: inactive people, and the proofs of people who unsubscribed."""

    people: str
    proofs: str


def retention_times() -> RetentionTimes:
    """Return the current retention times, in the language of the page."""
    days = _days()
    return RetentionTimes(
        people=time_of(days[Category.PEOPLE]), proofs=time_of(days[Category.PROOFS])
    )


def _days() -> dict[Category, int | None]:
    """Return the retention time of each category; a request reads them only once."""
    if "days_retained" not in g:
        g.days_retained = {Category(rule.category): rule.days for rule in list_rules()}
    days: dict[Category, int | None] = g.days_retained
    return days
