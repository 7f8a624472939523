"""Proves what an event says against the newest head, or says that it can't be proved."""

import hashlib

import structlog

from supporters.consent.consent_events import record_of
from supporters.consent.models import ConsentEvent, Wording
from supporters.database import db
from supporters.ids import moment_of
from supporters.transparency_log.log_proofs import Proof, Prover
from supporters.transparency_log.log_records import Record
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.models import LogHead
from supporters.transparency_log.queries import SEALED_WITHIN, find_entry

log = structlog.get_logger(__name__)


class NotProvable(ValueError):
    """What the tables say of an event isn't what the log has of it."""


def prove_event(event: ConsentEvent, *, log_salt: bytes, head: LogHead | None) -> Proof | None:
    """Return the proof that an event stands in the tree of a head; None while it waits for it.

    Raises NotProvable: then something was altered, and `flask consent verify` says what and where.
    """
    record = record_of(event, log_salt=log_salt)
    proof = _find_proof(record, head)
    is_in_place = proof.is_intact if proof else _may_wait(event, head)
    if not (is_in_place and _is_committed(record, head) and _has_its_words(event)):
        log.error("consent.not_provable", event_id=event.id)
        raise NotProvable(event.id)
    return proof


def _find_proof(record: Record, head: LogHead | None) -> Proof | None:
    try:
        return Prover(head).prove(record) if head else None
    except TreeBroken:
        return None


def _may_wait(event: ConsentEvent, head: LogHead | None) -> bool:
    """Tell whether an event came so late that a head needn't have it."""
    return head is None or moment_of(event.id) > head.sealed_at - SEALED_WITHIN


def _is_committed(record: Record, head: LogHead | None) -> bool:
    """Tell whether the log has this record; of what was there before the log it has nothing yet."""
    entry = find_entry(record.kind, record.id)
    if entry is None:
        return head is None
    is_sealed = entry.position is not None
    return entry.commitment == record.commitment and not (is_sealed and head is None)


def _has_its_words(event: ConsentEvent) -> bool:
    """Tell whether the words are those whose fingerprint the record has."""
    if event.wording_id is None:
        return True
    wording = db.session.get_one(Wording, event.wording_id)
    return hashlib.sha256(wording.text.encode()).hexdigest() == wording.text_hash
