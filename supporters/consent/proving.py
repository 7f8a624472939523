"""Proves what an event says against the newest head, or says that it can't be proved."""

import hashlib

import structlog

from supporters.consent.log.models import LogHead
from supporters.consent.log.proving import Proof, Prover
from supporters.consent.log.queries import find_entry
from supporters.consent.models import ConsentEvent, Wording
from supporters.consent.recording import record_of
from supporters.database import db

log = structlog.get_logger(__name__)


class NotProvable(ValueError):
    """What the tables say of an event isn't what the log has of it."""


def prove_event(event: ConsentEvent, *, log_salt: bytes, head: LogHead | None) -> Proof | None:
    """Return the proof that an event stands in the tree of a head; None while it waits for it.

    Raises NotProvable: then something was altered, and `flask consent verify` says what and where.
    """
    record = record_of(event, log_salt=log_salt)
    entry = find_entry(record.kind, record.id)
    is_committed = entry is not None and entry.commitment == record.commitment
    proof = Prover(head).prove(record) if head else None
    is_sealed_so = proof is None or proof.is_intact
    if not (is_committed and is_sealed_so and _has_its_words(event)):
        log.error("consent.not_provable", event_id=event.id)
        raise NotProvable(event.id)
    return proof


def _has_its_words(event: ConsentEvent) -> bool:
    """Tell whether the words are those whose fingerprint the record has."""
    if event.wording_id is None:
        return True
    wording = db.session.get_one(Wording, event.wording_id)
    return hashlib.sha256(wording.text.encode()).hexdigest() == wording.text_hash
