"""Hands the list of affected people out as a file: recorded, with a reason, as every export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, select

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.breaches.acts import BreachTeamAct
from supporters.breaches.models import BreachPerson
from supporters.breaches.queries import count_affected, find_breach
from supporters.consent.log_sealing import seal_before_commit
from supporters.database import db, use_case
from supporters.locks import Lock
from supporters.people.models import Subscriber
from supporters.personal_data.list_exports import (
    RecordedExport,
    put_export_notices,
    record_export,
    refuse_unlogged,
    write_rows,
)
from supporters.personal_data.queries import list_export_times
from supporters.personal_data.rules import DAY, ExportError, find_export_error

COLUMNS = ("address", "language", "added_at", "written_at")
PEOPLE_PER_QUERY = 5_000


@dataclass(frozen=True, kw_only=True)
class AffectedExport(RecordedExport):
    """A recorded export of the people whom a breach affects."""

    breach_id: int


def disclose_affected(
    breach_id: int, *, asked_by: str, reason: str
) -> AffectedExport | ExportError:
    """Record an export of affected people, and tell the owners and the officer.

    `asked_by` is the address of the account. It counts with the exports of lists.
    """
    reason = " ".join(reason.split())
    return refuse_unlogged(partial(_disclose, breach_id, asked_by=asked_by, reason=reason))


@use_case
def _disclose(breach_id: int, *, asked_by: str, reason: str) -> AffectedExport | ExportError:
    now = clock.now()
    Lock.EXPORT.take(asked_by)
    breach = find_breach(breach_id)
    if breach is None:
        return ExportError.UNKNOWN_LIST
    people = count_affected(breach_id)
    earlier = list_export_times(asked_by, now - DAY)
    fault = find_export_error(reason, earlier=earlier, people=people, now=now)
    if fault is not None:
        return fault
    disclosure = record_export(None, people, asked_by=asked_by, reason=reason, now=now)
    put_export_notices(disclosure, breach.title)
    record_act(BreachTeamAct.PEOPLE_EXPORTED, breach_id, {"people": people})
    seal_before_commit()
    return AffectedExport(breach_id=breach_id, people=people, occurred_at=now)


def write_affected_file(export: AffectedExport, *, has_mark: bool) -> Iterator[bytes]:
    """Yield the bytes of the file of a recorded export: subscribers, by their ids."""
    yield from write_rows(_rows_of(export.breach_id), has_mark=has_mark, columns=COLUMNS)


def _rows_of(breach_id: int) -> Iterator[tuple[str, ...]]:
    last = 0
    while group := _read_group(breach_id, after=last):
        for row in group:
            last = row.id
            written_at = _write_moment(row.settled_at) if row.is_written else ""
            yield row.address, row.language, _write_moment(row.added_at), written_at


def _read_group(breach_id: int, *, after: int) -> Sequence[Row[*tuple[Any, ...]]]:
    statement = (
        select(
            Subscriber.id,
            Subscriber.address,
            Subscriber.language,
            BreachPerson.added_at,
            BreachPerson.settled_at,
            BreachPerson.is_written,
        )
        .join(BreachPerson, BreachPerson.subscriber_id == Subscriber.id)
        .where(BreachPerson.breach_id == breach_id, Subscriber.id > after)
        .order_by(Subscriber.id)
        .limit(PEOPLE_PER_QUERY)
    )
    with db.engine.connect() as connection:
        return connection.execute(statement).all()


def _write_moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds")
