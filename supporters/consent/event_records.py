"""A consent event as plain values, to seal it before its row exists."""

from dataclasses import dataclass
from datetime import datetime

from supporters.consent.models import ConsentEvent, EventKind, LawfulBasis, Method


@dataclass(frozen=True, kw_only=True)
class EventRecord:
    """The values of a `ConsentEvent`, field by field. A requested event has no row yet."""

    id: int
    kind: EventKind
    subscriber_id: int
    address_mac: bytes
    method: Method
    occurred_at: datetime
    purpose_id: int | None = None
    wording_id: int | None = None
    page_url: str | None = None
    page_version_id: int | None = None
    request_id: int | None = None
    requested_at: datetime | None = None
    evidence: bytes | None = None
    controller_id: int | None = None
    basis: LawfulBasis | None = None


AnyEvent = ConsentEvent | EventRecord


def make_row(event: EventRecord) -> ConsentEvent:
    """Return the row of an event."""
    return ConsentEvent(**vars(event))
