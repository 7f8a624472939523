"""Proves an event against a checkpoint, or reports that it can't be proved."""

import hashlib

import structlog

from supporters.consent.consent_events import make_log_record
from supporters.consent.models import ConsentEvent, Wording
from supporters.database import db
from supporters.ids import moment_of
from supporters.transparency_log.log_proofs import InclusionProof, Prover
from supporters.transparency_log.log_records import LogRecord
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import SEALED_WITHIN, find_entry

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
    proof = _find_proof(record, head)
    is_in_place = proof.is_intact if proof else _may_wait(event, head)
    if not (is_in_place and _is_committed(record, head) and _has_its_wording(event)):
        log.error("consent.not_provable", event_id=event.id)
        raise NotProvable(event.id)
    return proof


def _find_proof(record: LogRecord, checkpoint: LogCheckpoint | None) -> InclusionProof | None:
    try:
        return Prover(checkpoint).prove(record) if checkpoint else None
    except TreeBroken:
        return None


def _may_wait(event: ConsentEvent, checkpoint: LogCheckpoint | None) -> bool:
    """Tell whether an event is so recent that a checkpoint need not include it."""
    return checkpoint is None or moment_of(event.id) > checkpoint.sealed_at - SEALED_WITHIN


def _is_committed(record: LogRecord, checkpoint: LogCheckpoint | None) -> bool:
    """Tell whether the log has this record. Records older than the log have no entry at first."""
    entry = find_entry(record.kind, record.id)
    if entry is None:
        return checkpoint is None
    is_sealed = entry.position is not None
    return entry.commitment == record.commitment and not (is_sealed and checkpoint is None)


def _has_its_wording(event: ConsentEvent) -> bool:
    """Tell whether the wording has the hash that is in the record."""
    if event.wording_id is None:
        return True
    wording = db.session.get_one(Wording, event.wording_id)
    return hashlib.sha256(wording.text.encode()).hexdigest() == wording.text_hash
