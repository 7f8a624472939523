"""A consent event as plain values, to seal it before its row exists."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import insert

from supporters.consent.act_places import THIRD_FORM, ActSurface
from supporters.consent.email_columns import EmailOutcome
from supporters.consent.models import ConsentEvent, EventKind, LawfulBasis, Method
from supporters.fast_path.prepared_statements import Call, RowsInsert


@dataclass(frozen=True, kw_only=True)
class EventRecord:
    """The values of a `ConsentEvent`, field by field. A requested event has no row yet.

    New events have the third form, and so a holder.
    """

    id: int
    kind: EventKind
    subscriber_id: int
    address_mac: bytes
    method: Method
    occurred_at: datetime
    purpose_id: int | None = None
    wording_id: int | None = None
    page_url: str | None = None
    page_snapshot_id: int | None = None
    request_id: int | None = None
    requested_at: datetime | None = None
    evidence: bytes | None = None
    controller_id: int | None = None
    basis: LawfulBasis | None = None
    record_form: int | None = THIRD_FORM
    holder: bytes | None = None
    surface: ActSurface | None = None
    origin: str | None = None
    typed_at: datetime | None = None
    form_id: int | None = None
    email_settled_at: datetime | None = None
    email_reply: str | None = None
    email_sha256: bytes | None = None
    email_snapshot_sha256: bytes | None = None
    email_status: EmailOutcome | None = None


AnyEvent = ConsentEvent | EventRecord


def make_row(event: EventRecord) -> ConsentEvent:
    """Return the row of an event."""
    return ConsentEvent(**vars(event))


_ADD = RowsInsert(insert(ConsentEvent), [each.name for each in fields(EventRecord)])


def add_event_rows(events: Sequence[EventRecord]) -> Call:
    """Return the call that adds the rows of events, for a trip to the database."""
    return _ADD([vars(each) for each in events])
