"""Seals the waiting entries of the consent log.

A worker does it every few seconds, so that a signup writes only its own rows in its transaction.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence

import structlog
from flask import Flask
from sqlalchemy import String, exists, insert, select, type_coerce

from supporters import clock
from supporters.consent.erasure_records import ErasureEntry, find_erasure_fault, find_open_key_limit
from supporters.consent.models import ConsentEvent, Controller, PageSnapshot, Purpose, Wording
from supporters.consent.record_forms import (
    ERASED,
    describe_controller,
    describe_event,
    describe_page,
    describe_purpose,
    describe_wording,
)
from supporters.consent.record_models import Erasure
from supporters.database import db, in_transaction
from supporters.logs import log_failure
from supporters.people.models import Subscriber
from supporters.transparency_log.log_keys import person_key
from supporters.transparency_log.log_records import LogRecord
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.queries import find_entry
from supporters.transparency_log.tree_sealing import seal_entries

BATCH_SIZE = 5_000  # keeps write locks short
log = structlog.get_logger(__name__)
SEAL_EVERY_SECONDS = 3.0


@in_transaction
def backfill_some(after: int) -> int | None:
    """Add the missing entries of some events after an id; return the next id.

    Returns None after the last event. It runs before the first checkpoint is signed.
    """
    if not after:
        _add([each for each in _list_basics() if find_entry(each.kind, each.id) is None])
        return 1
    events = [*_list_events(after)]
    _add([record for record, has_entry in events if not has_entry])
    return events[-1][0].id if events else None


def _add(records: Sequence[LogRecord]) -> None:
    rows = [
        {"kind": each.kind, "record_id": each.id, "commitment": each.commitment} for each in records
    ]
    if rows:
        db.session.execute(insert(LogEntry), rows)
        log.info("log.adopted", entries=len(rows))


def _list_basics() -> Iterator[LogRecord]:
    """Yield the records of purposes, wordings, pages and controllers."""
    for purpose in db.session.scalars(select(Purpose)):
        yield describe_purpose(purpose)
    for wording in db.session.scalars(select(Wording)):
        yield describe_wording(wording)
    for page in db.session.scalars(select(PageSnapshot)):
        yield describe_page(page)
    for controller in db.session.scalars(select(Controller)):
        yield describe_controller(controller)


def _list_events(after: int) -> Iterator[tuple[LogRecord, bool]]:
    """Yield the records of events after an id, each with whether it has an entry."""
    has_entry = exists().where(
        LogEntry.kind == type_coerce(ConsentEvent.kind, String),
        LogEntry.record_id == ConsentEvent.id,
    )
    rows = db.session.execute(
        select(ConsentEvent, Wording, PageSnapshot, Controller, Subscriber.log_salt, has_entry)
        .join(Subscriber, Subscriber.id == ConsentEvent.subscriber_id)
        .outerjoin(Wording, Wording.id == ConsentEvent.wording_id)
        .outerjoin(PageSnapshot, PageSnapshot.id == ConsentEvent.page_version_id)
        .outerjoin(Controller, Controller.id == ConsentEvent.controller_id)
        .where(ConsentEvent.id > after)
        .order_by(ConsentEvent.id)
        .limit(BATCH_SIZE)
    )
    for event, wording, page, controller, log_salt, is_known in rows:
        key = person_key(log_salt)
        yield describe_event(event, wording, page, controller=controller, key=key), bool(is_known)


def seal() -> int:
    """Seal the waiting entries; return how many were sealed.

    Before the first checkpoint, it adds entries for the records that are older than the log. Raises
    TreeBroken and ClockWentBack, as `seal_entries` does.
    """
    return seal_entries(backfill=backfill_some, list_rejected=list_rejected_erasures)


def list_rejected_erasures() -> Mapping[str, Sequence[int]]:
    """Return the waiting erasures that are invalid. They never get a position."""
    waiting = (
        select(Erasure, LogEntry.record_id, LogEntry.commitment)
        .select_from(LogEntry)
        .outerjoin(Erasure, Erasure.id == LogEntry.record_id)
        .where(LogEntry.kind == ERASED, LogEntry.position.is_(None))
    )
    rejected, open_key_limit, now = [], find_open_key_limit(), clock.now()
    for erasure, erasure_id, commitment in db.session.execute(waiting):
        entry = ErasureEntry(commitment, None)
        what = find_erasure_fault(erasure, entry, open_key_limit=open_key_limit, now=now)
        if what:
            log.error("log.erasure_refused", erasure=erasure_id, what=what)
            rejected.append(erasure_id)
    return {ERASED: rejected}


class SealingThread:
    """Seals until `ending` is set. It logs a failure and tries again."""

    def __init__(self, app: Flask, ending: threading.Event) -> None:
        self._app = app
        self._ending = ending
        self._thread = threading.Thread(target=self._run, name="sealing", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait until the current sealing ends."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                with self._app.app_context():
                    seal()
            except Exception as error:  # the outermost loop of a thread
                log_failure("log.not_sealed", error)
            self._ending.wait(SEAL_EVERY_SECONDS)
