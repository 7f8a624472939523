"""Seals facts in the log: what a campaign was launched with, its ledger at its end, the counts.

Their key is ours: write access to the database is not enough to make one. Only facts that are as
they were sealed are read.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select

from supporters.database import db, in_transaction
from supporters.ids import moment_of, new_id
from supporters.transparency_log.log_records import (
    CANONICAL,
    LogRecord,
    add_entry,
    fact_key,
    format_moment,
)
from supporters.transparency_log.models import FactKind, LogEntry, SealedFact

ID_STEP = timedelta(milliseconds=2)  # ids are in order by the millisecond
Content = Mapping[str, Any]


@in_transaction
def seal_fact(
    kind: FactKind, content: Content, now: datetime, *, about_id: int | None = None
) -> SealedFact:
    """Add a fact, and its entry in the log. It is newer than the others about the same campaign."""
    fact = SealedFact(
        id=new_id(_follow(about_id, now)),
        kind=kind,
        about_id=about_id,
        content=CANONICAL.encode(content),
        occurred_at=now,
    )
    db.session.add(fact)
    add_entry(describe_fact(fact))
    return fact


def _follow(about_id: int | None, now: datetime) -> datetime:
    """Return a moment after all facts about a campaign: another machine's clock may be ahead."""
    newest = None if about_id is None else find_newest_fact(about_id, *FactKind)
    return now if newest is None else max(now, moment_of(newest.id) + ID_STEP)


def describe_fact(fact: SealedFact) -> LogRecord:
    """Return the record of a fact, as it is sealed."""
    fields = {
        "about": None if fact.about_id is None else str(fact.about_id),
        "content": fact.content,
        "occurred_at": format_moment(fact.occurred_at),
    }
    return LogRecord(kind=fact.kind.value, id=fact.id, fields=fields, key=fact_key())


def list_facts(*kinds: FactKind, about_id: int | None = None) -> list[SealedFact]:
    """Return the facts of some kinds that are as they were sealed, oldest first."""
    is_entry = and_(LogEntry.kind == SealedFact.kind, LogEntry.record_id == SealedFact.id)
    rows = (
        select(SealedFact, LogEntry.commitment)
        .join(LogEntry, is_entry)
        .where(SealedFact.kind.in_(kinds))
        .order_by(SealedFact.id)
    )
    if about_id is not None:
        rows = rows.where(SealedFact.about_id == about_id)
    return [
        fact
        for fact, commitment in db.session.execute(rows)
        if describe_fact(fact).commitment == commitment
    ]


def find_newest_fact(about_id: int, *kinds: FactKind) -> SealedFact | None:
    """Return the newest of the facts of some kinds about a campaign."""
    found = list_facts(*kinds, about_id=about_id)
    return found[-1] if found else None


def list_newest_facts(*kinds: FactKind) -> dict[int, SealedFact]:
    """Return the newest of the facts of some kinds about each campaign."""
    return {each.about_id: each for each in list_facts(*kinds) if each.about_id is not None}


def read_content(fact: SealedFact) -> dict[str, Any]:
    """Return the content of a fact."""
    content: dict[str, Any] = json.loads(fact.content)
    return content
