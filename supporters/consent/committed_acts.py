"""The acts that this request has committed, as promises tell them (ADR 138)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from flask import g, has_request_context

from supporters.consent.models import EventKind
from supporters.database import in_transaction, run_after_commit
from supporters.transparency_log.log_records import LogRecord

EVENTS_OF_PEOPLE = frozenset(
    {
        EventKind.CONFIRMED,
        EventKind.RENEWED,
        EventKind.WITHDRAWN,
        EventKind.OBJECTED,
        EventKind.RESTRICTED,
        EventKind.RESTRICTION_LIFTED,
        EventKind.ADDRESS_CHANGED,
        EventKind.CORRECTED,
    }
)
ACTS = frozenset(each.value for each in EVENTS_OF_PEOPLE)
NOTHING = "nothing"  # a press that found nothing to end


@dataclass(frozen=True, kw_only=True)
class PromisedAct:
    """An act as its promise tells it: the record that the log gets, by its commitment.

    An erasure that waits for a sender has no id and no commitment yet. `holder` is the SHA-256 of
    `opening`, which only its promise has, and of the address: it ties an erasure to its person.
    """

    kind: str
    record_id: int
    occurred_at: str
    purpose_id: int = 0
    commitment: bytes = b""
    opening: bytes = b""
    holder: bytes = b""


def describe_act(record: LogRecord) -> PromisedAct:
    """Return the act of a record."""
    purpose_id = record.fields.get("purpose")
    return PromisedAct(
        kind=record.kind,
        record_id=record.id,
        occurred_at=str(record.fields["occurred_at"]),
        purpose_id=purpose_id if isinstance(purpose_id, int) else 0,
        commitment=record.commitment,
    )


@in_transaction
def tell_after_commit(records: Iterable[LogRecord]) -> None:
    """Let this request tell the acts of these records, once they are committed."""
    acts = [describe_act(each) for each in records if each.kind in ACTS]
    if acts and has_request_context():
        run_after_commit(partial(_told().extend, acts))


def list_committed_acts() -> list[PromisedAct]:
    """Return the acts that this request has committed, in their order."""
    return [*_told()]


def _told() -> list[PromisedAct]:
    told: list[PromisedAct] = g.setdefault("committed_acts", [])
    return told
