"""Proves an event against a checkpoint, or reports that it can't be proved."""

import hashlib
from dataclasses import dataclass

import structlog

from supporters.consent.consent_events import make_log_record
from supporters.consent.event_records import AnyEvent
from supporters.consent.models import ConsentEvent, Wording
from supporters.database import db
from supporters.ids import moment_of
from supporters.transparency_log.cached_tree import AnyCheckpoint
from supporters.transparency_log.log_records import LogRecord
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import SEALED_WITHIN, find_entry
from supporters.transparency_log.sealing_spans import InclusionProof, Prover

log = structlog.get_logger(__name__)


class NotProvable(ValueError):
    """The tables and the log differ about an event."""


def prove_event(
    event: ConsentEvent, *, log_salt: bytes, head: LogCheckpoint | None
) -> InclusionProof | None:
    """Return the proof that an event is in the tree of a checkpoint; None while it waits.

    Raises NotProvable if something was altered. `flask consent verify` then reports what and where.
    """
    record = make_log_record(event, log_salt=log_salt)
    proof, entry = _find_proof(record, head), find_entry(record.kind, record.id)
    logged = LoggedEvent(
        event=event,
        record=record,
        commitment=None if entry is None else entry.commitment,
        position=None if entry is None else entry.position,
        wording=None if event.wording_id is None else db.session.get_one(Wording, event.wording_id),
    )
    check_event(logged, head, is_included=None if proof is None else proof.is_intact)
    return proof


@dataclass(frozen=True, kw_only=True)
class LoggedEvent:
    """An event and its record, its entry in the log, and its wording.

    `commitment` is None without an entry, and `position` until the entry is sealed.
    """

    event: AnyEvent
    record: LogRecord
    commitment: bytes | None
    position: int | None
    wording: Wording | None


def check_event(
    logged: LoggedEvent, head: AnyCheckpoint | None, *, is_included: bool | None
) -> None:
    """Compare an event with the log. Raises NotProvable if something was altered.

    `is_included` tells whether its leaf is in the tree of the checkpoint; None while it waits.
    """
    is_in_place = _may_wait(logged.event, head) if is_included is None else is_included
    if not (is_in_place and _is_committed(logged, head) and _has_its_wording(logged.wording)):
        log.error("consent.not_provable", event_id=logged.event.id)
        raise NotProvable(logged.event.id)


def _find_proof(record: LogRecord, checkpoint: LogCheckpoint | None) -> InclusionProof | None:
    try:
        return Prover(checkpoint).prove(record) if checkpoint else None
    except TreeBroken:
        return None


def _may_wait(event: AnyEvent, checkpoint: AnyCheckpoint | None) -> bool:
    """Tell whether an event is so recent that a checkpoint need not include it."""
    return checkpoint is None or moment_of(event.id) > checkpoint.sealed_at - SEALED_WITHIN


def _is_committed(logged: LoggedEvent, checkpoint: AnyCheckpoint | None) -> bool:
    """Tell whether the log has this record. Records older than the log have no entry at first."""
    if logged.commitment is None:
        return checkpoint is None
    is_sealed = logged.position is not None
    is_same = logged.commitment == logged.record.commitment
    return is_same and not (is_sealed and checkpoint is None)


def _has_its_wording(wording: Wording | None) -> bool:
    """Tell whether the wording has the hash that is in the record."""
    if wording is None:
        return True
    return hashlib.sha256(wording.text.encode()).hexdigest() == wording.text_hash
