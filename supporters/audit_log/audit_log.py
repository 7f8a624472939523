"""Reads the audit log, newest first, by filters and page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from supporters.actors import ActorKind
from supporters.audit_log.audit_events import AuditEvent
from supporters.database import db

PAGE_SIZE = 50
BATCH_SIZE = 500
HIGHEST_ID = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """The events to read. A part that is None lets all of them through.

    `group` is the part of the act before its dot: the table of the object. `until` is excluded.
    """

    account_id: int | None = None
    actor_kind: ActorKind | None = None
    act: str | None = None
    group: str | None = None
    object_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything through."""
        return self == AuditFilter()


@dataclass(frozen=True)
class AuditPage:
    """Some events, with the ids from which the pages before and after them go on."""

    items: Sequence[AuditEvent]
    newer: int | None = None
    older: int | None = None


def list_audit_events(
    chosen: AuditFilter, *, before: int = HIGHEST_ID, limit: int = PAGE_SIZE
) -> Sequence[AuditEvent]:
    """Return the newest events with an id below `before`."""
    return db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.id < before, *_conditions(chosen))
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    ).all()


def list_audit_page(
    chosen: AuditFilter, *, before: int | None = None, after: int | None = None
) -> AuditPage:
    """Return the page of events before an id, or after one; the newest without an id."""
    if after is not None:
        rows = db.session.scalars(
            select(AuditEvent)
            .where(AuditEvent.id > after, *_conditions(chosen))
            .order_by(AuditEvent.id)
            .limit(PAGE_SIZE + 1)
        ).all()
        if len(rows) > PAGE_SIZE:
            items = [*reversed(rows[:PAGE_SIZE])]
            return AuditPage(items, newer=items[0].id, older=items[-1].id)
        before = None
    found = list_audit_events(chosen, before=before or HIGHEST_ID, limit=PAGE_SIZE + 1)
    items = [*found[:PAGE_SIZE]]
    return AuditPage(
        items,
        newer=items[0].id if before and items else None,
        older=items[-1].id if len(found) > PAGE_SIZE else None,
    )


def iterate_audit_events(chosen: AuditFilter) -> Iterator[AuditEvent]:
    """Yield all events of a filter, newest first, without keeping them in memory."""
    before = HIGHEST_ID
    while rows := list_audit_events(chosen, before=before, limit=BATCH_SIZE):
        before = rows[-1].id
        yield from rows
        for row in rows:
            db.session.expunge(row)


def _conditions(chosen: AuditFilter) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (AuditEvent.account_id, chosen.account_id),
        (AuditEvent.actor_kind, chosen.actor_kind),
        (AuditEvent.act, chosen.act),
        (AuditEvent.object_id, chosen.object_id),
    ):
        if value is not None:
            yield column == value
    if chosen.group is not None:
        yield AuditEvent.act.startswith(f"{chosen.group}.", autoescape=True)
    if chosen.since is not None:
        yield AuditEvent.occurred_at >= chosen.since
    if chosen.until is not None:
        yield AuditEvent.occurred_at < chosen.until
