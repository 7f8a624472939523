"""Takes what was recorded before there was a log into it: once, before the first head is signed.

Later nothing is ever adopted: a record without an entry is then one that somebody slipped in.
"""

from collections.abc import Iterator, Sequence

import structlog
from sqlalchemy import String, exists, insert, select, type_coerce

from supporters.consent.log.describing import (
    describe_controller,
    describe_event,
    describe_page,
    describe_purpose,
    describe_wording,
)
from supporters.consent.log.keys import person_key
from supporters.consent.log.models import LogEntry
from supporters.consent.log.queries import find_entry
from supporters.consent.log.records import Record
from supporters.consent.models import ConsentEvent, Controller, PageVersion, Purpose, Wording
from supporters.database import db, in_transaction
from supporters.people.models import Subscriber

log = structlog.get_logger(__name__)

AT_ONCE = 5_000  # nobody who writes waits for long meanwhile


@in_transaction
def adopt_some(after: int) -> int | None:
    """Add the entries that are missing of some events behind an id; return the id to go on from.

    None when that were all of them. It is done before the first head is signed.
    """
    if not after:
        _add([each for each in _list_basics() if find_entry(each.kind, each.id) is None])
        return 1
    events = [*_list_events(after)]
    _add([record for record, has_entry in events if not has_entry])
    return events[-1][0].id if events else None


def _add(records: Sequence[Record]) -> None:
    rows = [
        {"kind": each.kind, "record_id": each.id, "commitment": each.commitment} for each in records
    ]
    if rows:
        db.session.execute(insert(LogEntry), rows)
        log.info("log.adopted", entries=len(rows))


def _list_basics() -> Iterator[Record]:
    """Yield the records of purposes, wordings, pages and controllers."""
    for purpose in db.session.scalars(select(Purpose)):
        yield describe_purpose(purpose)
    for wording in db.session.scalars(select(Wording)):
        yield describe_wording(wording)
    for page in db.session.scalars(select(PageVersion)):
        yield describe_page(page)
    for controller in db.session.scalars(select(Controller)):
        yield describe_controller(controller)


def _list_events(after: int) -> Iterator[tuple[Record, bool]]:
    """Yield the records of events behind an id, each with whether its entry is there."""
    has_entry = exists().where(
        LogEntry.kind == type_coerce(ConsentEvent.kind, String),
        LogEntry.record_id == ConsentEvent.id,
    )
    rows = db.session.execute(
        select(ConsentEvent, Wording, PageVersion, Controller, Subscriber.log_salt, has_entry)
        .join(Subscriber, Subscriber.id == ConsentEvent.subscriber_id)
        .outerjoin(Wording, Wording.id == ConsentEvent.wording_id)
        .outerjoin(PageVersion, PageVersion.id == ConsentEvent.page_version_id)
        .outerjoin(Controller, Controller.id == ConsentEvent.controller_id)
        .where(ConsentEvent.id > after)
        .order_by(ConsentEvent.id)
        .limit(AT_ONCE)
    )
    for event, wording, page, controller, log_salt, is_known in rows:
        key = person_key(log_salt)
        yield describe_event(event, wording, page, controller=controller, key=key), bool(is_known)
