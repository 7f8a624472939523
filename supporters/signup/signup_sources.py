"""Where visitors found the signup page: a word in its address, counted in totals only.

`?from=leaflet-lyon` stays on the request for a minute at most. Then the worker adds it to the total
of its day and deletes it, so that nobody can tell later which person it belonged to. The totals are
those of the page: of the form that the team made, or else of the list.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, case, delete, func, select

from supporters.database import db, in_transaction, update_where, use_case
from supporters.dialects import in_values
from supporters.signup.models import MAX_SOURCE, FormSourceCount, SignupRequest, SourceCount

SOURCE = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{MAX_SOURCE - 2}}}[a-z0-9])?")
OF_FORWARDS = re.compile(r"email-[0-9]+")
OTHER = "other"
MOST_SOURCES = 200  # of a page and a day: visitors can write any word into the address
MOST_AT_ONCE = 50_000
RETAINED_FOR = timedelta(days=730)
RECENT = timedelta(days=30)


AnyCount = SourceCount | FormSourceCount


class _Totals(NamedTuple):
    """The table of the totals of lists or of forms, and its column that says of which one."""

    table: type[AnyCount]
    column: str

    @property
    def owner(self) -> ColumnElement[int]:
        """The column."""
        column: ColumnElement[int] = getattr(self.table, self.column)
        return column


OF_LISTS = _Totals(SourceCount, "mailing_list_id")
OF_FORMS = _Totals(FormSourceCount, "form_id")
DayKey = tuple[int, str, date]  # the id of the list or form, the source, the day


class SourceTotal(NamedTuple):
    """How many signup requests came from a source: in the last 30 days, and since two years."""

    source: str
    recent: int
    all: int


def read_source(typed: str) -> str | None:
    """Return the source in the address of a page; None if there is none or it is no plain word."""
    source = typed.strip().lower()
    return source if SOURCE.fullmatch(source) else None


def source_of_forwards(number: int) -> str:
    """Return the source in the link for friends of all emails with the same text."""
    return f"email-{number}"


def count_forwards(lists: Mapping[int, Collection[int]]) -> Mapping[int, int]:
    """Return how many asked to join by the link for friends (number of the text: requests).

    `lists` has those that each text went to. The requests are those of their own pages.
    """
    sources = {source_of_forwards(each): each for each in lists}
    every = {list_id for each in lists.values() for list_id in each}
    rows = db.session.execute(
        select(SourceCount.source, SourceCount.mailing_list_id, func.sum(SourceCount.requests))
        .where(SourceCount.mailing_list_id.in_(every), SourceCount.source.in_(sources))
        .group_by(SourceCount.source, SourceCount.mailing_list_id)
    )
    counts = Counter[int]()
    for source, list_id, requests in rows:
        number = sources[source]
        counts[number] += int(requests) * (list_id in lists[number])
    return counts


@use_case
def count_sources(now: datetime) -> None:
    """Add the sources of new requests to the totals, and delete them from the requests.

    A request that another transaction holds waits for the next minute.
    """
    found = db.session.execute(
        select(SignupRequest.id, SignupRequest.mailing_list_id, SignupRequest.form_id)
        .add_columns(SignupRequest.source, SignupRequest.created_at)
        .where(SignupRequest.source.is_not(None))
        .order_by(SignupRequest.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    ids = [each.id for each in found]
    update_where(SignupRequest, in_values(SignupRequest.id, ids), source=None)
    _add_all(
        OF_LISTS, [(e.mailing_list_id, e.source, e.created_at) for e in found if not e.form_id]
    )
    _add_all(OF_FORMS, [(e.form_id, e.source, e.created_at) for e in found if e.form_id])
    for table in (SourceCount, FormSourceCount):
        db.session.execute(delete(table).where(table.day < (now - RETAINED_FOR).date()))


@in_transaction
def _add_all(totals: _Totals, came: Iterable[tuple[int, str, datetime]]) -> None:
    """Add requests to the totals of their days, in the order of the keys."""
    days = Counter((owner, source, at.astimezone(UTC).date()) for owner, source, at in came)
    for key, requests in sorted(days.items()):
        _add(totals, key, requests)


@in_transaction
def _add(totals: _Totals, key: DayKey, requests: int) -> None:
    """Add requests to the total of a source; to that of all others, if the day has too many."""
    owner, source, day = key
    known = cast(AnyCount | None, db.session.get(totals.table, key, with_for_update=True))
    if known is None and source != OTHER and _has_many(totals, owner, day):
        return _add(totals, (owner, OTHER, day), requests)
    if known is None:
        values = {totals.column: owner, "source": source, "day": day, "requests": requests}
        db.session.add(totals.table(**values))
    else:
        known.requests += requests
    db.session.flush()
    return None


def _has_many(totals: _Totals, owner: int, day: date) -> bool:
    sources = (
        select(func.count())
        .select_from(totals.table)
        .where(totals.owner == owner, totals.table.day == day)
    )
    return (db.session.scalar(sources) or 0) >= MOST_SOURCES


def list_source_totals(list_id: int, now: datetime) -> list[SourceTotal]:
    """Return the totals of the sources of a list's own page, the largest of 30 days first.

    Those of forwarded emails are told with what else came of these.
    """
    totals = _list_totals(OF_LISTS, list_id, now)
    return [each for each in totals if not OF_FORWARDS.fullmatch(each.source)]


def list_form_source_totals(form_id: int, now: datetime) -> list[SourceTotal]:
    """Return the totals of the sources of a form, the largest of the last 30 days first."""
    return _list_totals(OF_FORMS, form_id, now)


def _list_totals(totals: _Totals, owner: int, now: datetime) -> list[SourceTotal]:
    table = totals.table
    recent = func.sum(case((table.day > (now - RECENT).date(), table.requests), else_=0))
    total = func.sum(table.requests)
    rows = db.session.execute(
        select(table.source, recent, total)
        .where(totals.owner == owner)
        .group_by(table.source)
        .order_by(recent.desc(), total.desc(), table.source)
        .limit(MOST_SOURCES)
    )
    return [SourceTotal(source, int(lately), int(all_)) for source, lately, all_ in rows]
