"""Reads every sealed row with its entry, and describes it in the form in which it was sealed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased

from supporters.audit.verification_report import stream, stream_named
from supporters.audit_log.audit_events import AUDITED, AuditEvent, describe_audit_event
from supporters.consent.models import (
    ConsentEvent,
    Controller,
    EventKind,
    PageSnapshot,
    Purpose,
    Wording,
)
from supporters.consent.record_forms import (
    CONTROLLER,
    DISCLOSED,
    EMAIL,
    ERASED,
    EXPORTED,
    PAGE,
    PURPOSE,
    RESTORED,
    WORDING,
    describe_controller,
    describe_disclosure,
    describe_email_snapshot,
    describe_erasure,
    describe_event,
    describe_export,
    describe_page,
    describe_purpose,
    describe_restoration,
    describe_wording,
)
from supporters.consent.record_holders import hash_holder
from supporters.consent.record_models import (
    Disclosure,
    DisclosureKind,
    EmailSnapshot,
    Erasure,
    Restoration,
)
from supporters.database import Model
from supporters.ids import moment_of
from supporters.people.addresses import key_of
from supporters.people.models import Subscriber
from supporters.transparency_log.log_records import (
    LogRecord,
    erasure_key,
    person_key,
    restoration_key,
)
from supporters.transparency_log.models import FactKind, LogEntry, SealedFact
from supporters.transparency_log.sealed_facts import describe_fact

request_event = aliased(ConsentEvent)
QUESTIONS = (EventKind.REQUESTED, EventKind.RECONFIRMATION_REQUESTED)


@dataclass(frozen=True)
class ImpersonalTable:
    """A table of records that are about nobody: their form, and the column of their time."""

    model: type[Any]
    describe: Callable[[Any], LogRecord]
    moment: str


def _describe_erasure(erasure: Erasure) -> LogRecord:
    return describe_erasure(erasure, key=erasure_key())


def _describe_restoration(restoration: Restoration) -> LogRecord:
    return describe_restoration(restoration, key=restoration_key())


IMPERSONAL_TABLES = {
    PURPOSE: ImpersonalTable(Purpose, describe_purpose, "created_at"),
    WORDING: ImpersonalTable(Wording, describe_wording, "created_at"),
    PAGE: ImpersonalTable(PageSnapshot, describe_page, "first_used_at"),
    EMAIL: ImpersonalTable(EmailSnapshot, describe_email_snapshot, "first_used_at"),
    CONTROLLER: ImpersonalTable(Controller, describe_controller, "first_used_at"),
    ERASED: ImpersonalTable(Erasure, _describe_erasure, "occurred_at"),
    RESTORED: ImpersonalTable(Restoration, _describe_restoration, "occurred_at"),
    AUDITED: ImpersonalTable(AuditEvent, describe_audit_event, "occurred_at"),
}
REFERENCED_KINDS = (WORDING, PAGE, CONTROLLER)
TABLES: dict[str, type[Any]] = {
    **{kind.value: ConsentEvent for kind in EventKind},
    **{kind: each.model for kind, each in IMPERSONAL_TABLES.items()},
    DISCLOSED: Disclosure,
    EXPORTED: Disclosure,
    **{kind.value: SealedFact for kind in FactKind},
}


class SealedRow(NamedTuple):
    """A row, the record made of it, and the commitment in the log.

    `record` is None if the person is missing, and so the key. `written_at` is None if its id tells
    the time. `source` is the row of an event, with the `address` and `current_mac` of its person.
    `holder` is whose it is by the address that is held; None without one, or without that field.
    """

    kind: str
    id: int
    record: LogRecord | None
    commitment: bytes | None
    position: int | None
    happened_at: datetime
    written_at: datetime | None = None
    person: int | None = None
    lacks_question: int | None = None
    source: Any = None
    holder: bytes | None = None

    @property
    def waits_since(self) -> datetime:
        """When it was written."""
        return self.written_at or moment_of(self.id)

    def list_quoted(self) -> Sequence[tuple[str, int | None]]:
        """Return the records that an event refers to."""
        event = self.source
        if event is None:
            return ()
        return (
            (WORDING, event.wording_id),
            (PAGE, event.page_snapshot_id),
            (CONTROLLER, event.controller_id),
        )


def list_sealed_rows() -> Iterator[SealedRow]:
    """Yield every row of the tables whose rows are sealed."""
    for kind, each in IMPERSONAL_TABLES.items():
        yield from _list_of_nobody(kind, each)
    yield from _list_facts()
    yield from _list_disclosures()
    yield from list_sealed_events()


def _list_of_nobody(kind: str, of_nobody: ImpersonalTable) -> Iterator[SealedRow]:
    model = of_nobody.model
    is_entry = and_(LogEntry.kind == kind, LogEntry.record_id == model.id)
    rows = select(model, LogEntry.commitment, LogEntry.position).outerjoin(LogEntry, is_entry)
    for row in stream(rows.order_by(model.id)):
        happened_at = getattr(row, of_nobody.moment)
        yield SealedRow(
            kind=kind,
            id=row.id,
            record=of_nobody.describe(row),
            commitment=row.commitment,
            position=row.position,
            written_at=happened_at,
            happened_at=happened_at,
        )


def _list_facts() -> Iterator[SealedRow]:
    is_entry = and_(LogEntry.kind == SealedFact.kind, LogEntry.record_id == SealedFact.id)
    rows: Any = select(SealedFact, LogEntry.commitment, LogEntry.position)
    for row in stream(rows.outerjoin(LogEntry, is_entry).order_by(SealedFact.id)):
        yield SealedRow(
            kind=row.kind.value,
            id=row.id,
            record=describe_fact(cast(SealedFact, row)),
            commitment=row.commitment,
            position=row.position,
            happened_at=row.occurred_at,
        )


def _list_disclosures() -> Iterator[SealedRow]:
    is_entry = and_(LogEntry.kind.in_([DISCLOSED, EXPORTED]), LogEntry.record_id == Disclosure.id)
    rows: Any = (
        select(Disclosure, Subscriber.log_salt, LogEntry.commitment, LogEntry.position)
        .outerjoin(Subscriber, Subscriber.id == Disclosure.subscriber_id)
        .outerjoin(LogEntry, is_entry)
    )
    for row in stream(rows.order_by(Disclosure.id)):
        record = _describe_disclosure(cast(Disclosure, row), row.log_salt)
        yield SealedRow(
            kind=record.kind if record else DISCLOSED,
            id=row.id,
            record=record,
            commitment=row.commitment,
            position=row.position,
            written_at=row.occurred_at,
            happened_at=row.occurred_at,
            person=row.subscriber_id,
        )


def _describe_disclosure(row: Disclosure, log_salt: bytes | None) -> LogRecord | None:
    """Return the record of a disclosure, or None if its person is missing."""
    if row.kind is DisclosureKind.EXPORT:
        return describe_export(row)
    if row.subscriber_id is None:
        return describe_disclosure(row)
    return describe_disclosure(row, key=person_key(log_salt)) if log_salt else None


def list_sealed_events(*chosen: ColumnElement[bool]) -> Iterator[SealedRow]:
    """Yield the consent events for which the conditions hold."""
    quoted = _Quoted()
    is_entry = and_(LogEntry.kind == ConsentEvent.kind, LogEntry.record_id == ConsentEvent.id)
    is_asked = and_(request_event.id == ConsentEvent.request_id, request_event.kind.in_(QUESTIONS))
    rows = (
        select(
            *_columns_of(ConsentEvent),
            Subscriber.log_salt,
            Subscriber.address,
            Subscriber.address_mac.label("current_mac"),
            LogEntry.commitment,
            LogEntry.position,
            request_event.id.label("asked_id"),
        )
        .outerjoin(Subscriber, Subscriber.id == ConsentEvent.subscriber_id)
        .outerjoin(LogEntry, is_entry)
        .outerjoin(request_event, is_asked)
        .where(*chosen)
    )
    for row in stream_named(rows.order_by(ConsentEvent.id)):
        yield _seal_of(row, quoted)


class _Quoted:
    """The wordings, pages and controllers that events refer to: few rows, read once."""

    def __init__(self) -> None:
        hashes = select(PageSnapshot.id, PageSnapshot.content_hash)
        self._wordings: dict[int, Wording] = _read(select(*_columns_of(Wording)))
        self._pages: dict[int, PageSnapshot] = _read(hashes)
        self._controllers: dict[int, Controller] = _read(select(*_columns_of(Controller)))

    def describe(self, event: ConsentEvent, key: bytes) -> LogRecord:
        """Return the record of an event."""
        return describe_event(
            event,
            self._wordings.get(event.wording_id or 0),
            self._pages.get(event.page_snapshot_id or 0),
            controller=self._controllers.get(event.controller_id or 0),
            key=key,
        )


def _read(rows: Select[*tuple[Any, ...]]) -> dict[int, Any]:
    return {row.id: row for row in stream_named(rows)}


def _seal_of(row: Any, quoted: _Quoted) -> SealedRow:
    key = row.log_salt and person_key(row.log_salt)
    event = cast(ConsentEvent, row)
    return SealedRow(
        kind=event.kind.value,
        id=event.id,
        record=quoted.describe(event, key) if key else None,
        commitment=row.commitment,
        position=row.position,
        happened_at=event.occurred_at,
        person=event.subscriber_id,
        lacks_question=event.request_id if row.asked_id is None else None,
        source=row,
        holder=_find_holder(row),
    )


def _find_holder(row: Any) -> bytes | None:
    """Return the holder of an event by the present address, if it was the one at that time."""
    if row.holder is None or row.address_mac != row.current_mac:
        return None
    return hash_holder(key_of(row.address), row.log_salt)


def _columns_of(model: type[Model]) -> list[Any]:
    """Return the columns of a table, to read rows without creating objects."""
    return [*model.__table__.columns]
