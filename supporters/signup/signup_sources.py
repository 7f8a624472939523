"""Where visitors found the signup page: a word in its address, counted in totals only.

`?from=leaflet-lyon` stays on the request for a minute at most. Then the worker adds it to the total
of its day and deletes it, so that nobody can tell later which person it belonged to.
"""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, delete, func, select, update

from supporters.database import db, in_transaction, use_case
from supporters.dialects import in_values
from supporters.signup.models import MAX_SOURCE, SignupRequest, SourceCount

SOURCE = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{MAX_SOURCE - 2}}}[a-z0-9])?")
OTHER = "other"
MOST_SOURCES = 200  # of a list and a day: visitors can write any word into the address
MOST_AT_ONCE = 50_000
KEPT_FOR = timedelta(days=730)
RECENT = timedelta(days=30)


class SourceTotal(NamedTuple):
    """How many signup requests came from a source: in the last 30 days, and since two years."""

    source: str
    recent: int
    all: int


def read_source(typed: str) -> str | None:
    """Return the source in the address of a page; None if there is none or it is no plain word."""
    source = typed.strip().lower()
    return source if SOURCE.fullmatch(source) else None


@use_case
def count_sources(now: datetime) -> None:
    """Add the sources of new requests to the totals, and delete them from the requests.

    A request that another transaction holds waits for the next minute.
    """
    found = db.session.execute(
        select(SignupRequest.id, SignupRequest.mailing_list_id, SignupRequest.source)
        .add_columns(SignupRequest.created_at)
        .where(SignupRequest.source.is_not(None))
        .order_by(SignupRequest.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    ids = [each.id for each in found]
    db.session.execute(
        update(SignupRequest)
        .where(in_values(SignupRequest.id, ids))
        .values(source=None)
        .execution_options(synchronize_session=False)
    )
    counts = Counter(
        (each.mailing_list_id, each.source, each.created_at.astimezone(UTC).date())
        for each in found
    )
    for (list_id, source, day), requests in sorted(counts.items()):
        _add(SourceCount(mailing_list_id=list_id, source=source, day=day, requests=requests))
    db.session.execute(delete(SourceCount).where(SourceCount.day < (now - KEPT_FOR).date()))


@in_transaction
def _add(new: SourceCount) -> None:
    """Add requests to the total of a source; to that of all others, if the day has too many."""
    key = (new.mailing_list_id, new.source, new.day)
    known = db.session.get(SourceCount, key, with_for_update=True)
    if known is None and new.source != OTHER and _has_many(new.mailing_list_id, new.day):
        new.source = OTHER
        return _add(new)
    if known is None:
        db.session.add(new)
    else:
        known.requests += new.requests
    db.session.flush()
    return None


def _has_many(list_id: int, day: date) -> bool:
    sources = (
        select(func.count())
        .select_from(SourceCount)
        .where(SourceCount.mailing_list_id == list_id, SourceCount.day == day)
    )
    return (db.session.scalar(sources) or 0) >= MOST_SOURCES


def list_source_totals(list_id: int, now: datetime) -> list[SourceTotal]:
    """Return the totals of the sources of a list, the largest of the last 30 days first."""
    is_recent = SourceCount.day > (now - RECENT).date()
    recent = func.sum(case((is_recent, SourceCount.requests), else_=0))
    total = func.sum(SourceCount.requests)
    rows = db.session.execute(
        select(SourceCount.source, recent, total)
        .where(SourceCount.mailing_list_id == list_id)
        .group_by(SourceCount.source)
        .order_by(recent.desc(), total.desc(), SourceCount.source)
        .limit(MOST_SOURCES)
    )
    return [SourceTotal(source, int(lately), int(all_)) for source, lately, all_ in rows]
