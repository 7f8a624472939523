"""Counts how often the page of each issue is shown: a number of a day, and nothing of a visitor.

A process counts in its memory, and adds its numbers to the database at most once a minute, behind
the answer to some request. Reading a page writes nothing, and a process that dies loses a minute.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from threading import Lock
from typing import cast

from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from supporters import clock
from supporters.archive.models import Issue, VisitCount
from supporters.database import DatabaseUnavailable, db, use_case
from supporters.logs import log_failure

SECONDS_BETWEEN_STORES = 60
VISITS = "issue_visits"
Visits = Counter[tuple[int, date]]


class VisitCounter:
    """The visits that a process has counted and not yet stored."""

    def __init__(self) -> None:
        self._lock, self._visits = Lock(), Visits()
        self._stored_at = float("-inf")

    def add(self, campaign_id: int, now: datetime) -> None:
        """Count a visit."""
        with self._lock:
            self._visits[campaign_id, now.astimezone(UTC).date()] += 1

    def is_due(self) -> bool:
        """Tell whether there are visits to store, and the last ones were stored a minute ago."""
        waited = clock.uptime() - self._stored_at
        return bool(self._visits) and waited >= SECONDS_BETWEEN_STORES

    def take(self) -> Visits:
        """Return the visits, and begin to count again from zero."""
        with self._lock:
            taken, self._visits = self._visits, Visits()
            self._stored_at = clock.uptime()
        return taken


def init_app(app: Flask) -> None:
    """Give the application its counter."""
    app.extensions[VISITS] = VisitCounter()


def current_visits() -> VisitCounter:
    """Return the counter of this process."""
    return cast(VisitCounter, current_app.extensions[VISITS])


def store_visits() -> None:
    """Add the visits of this process to the totals. Those that can't be stored are lost."""
    visits = current_visits().take()
    if visits:
        try:
            _add(visits)
        except DatabaseUnavailable as error:
            log_failure("archive.visits_lost", error, visits=visits.total())


@use_case
def _add(visits: Visits) -> None:
    known = {*db.session.scalars(select(Issue.campaign_id))}
    rows = [
        {"campaign_id": campaign_id, "day": day, "visits": count}
        for (campaign_id, day), count in sorted(visits.items())
        if campaign_id in known
    ]
    order = insert(VisitCount)  # SQLite has the same ON CONFLICT
    order = order.on_conflict_do_update(
        index_elements=["campaign_id", "day"],
        set_={"visits": VisitCount.visits + order.excluded.visits},
    )
    if rows:
        db.session.execute(order, rows)


def count_visits(campaign_ids: Collection[int]) -> Mapping[int, int]:
    """Return how often the issues were shown, of the campaigns that have one (id: visits)."""
    rows = db.session.execute(
        select(Issue.campaign_id, func.coalesce(func.sum(VisitCount.visits), 0))
        .outerjoin(VisitCount, VisitCount.campaign_id == Issue.campaign_id)
        .where(Issue.campaign_id.in_(campaign_ids))
        .group_by(Issue.campaign_id)
    )
    return {campaign_id: int(visits) for campaign_id, visits in rows}
