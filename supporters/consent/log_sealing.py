"""Seals the waiting entries of the consent log.

A worker does it every few seconds, so that a signup writes only its own rows in its transaction.
"""

from collections.abc import Mapping, Sequence
from threading import Event

import structlog
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.consent.erasure_records import find_erasure_fault
from supporters.consent.record_forms import ERASED
from supporters.consent.record_models import Erasure
from supporters.database import db, in_transaction
from supporters.locks import Lock
from supporters.logs import log_failure
from supporters.repeating_threads import RepeatingThreads
from supporters.transparency_log.leaf_store import FolderKnowsMore
from supporters.transparency_log.log_birth import LogBegunAgain
from supporters.transparency_log.log_proofs import MOST_PER_CHECKPOINT
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.tree_sealing import (
    ClockWentBack,
    log_origin,
    seal_entries,
    seal_waiting,
)

log = structlog.get_logger(__name__)
SEAL_EVERY_SECONDS = 3.0
SEALING_FAULTS = (TreeBroken, ClockWentBack, LogBegunAgain, FolderKnowsMore)


def seal() -> int:
    """Seal the waiting entries; return how many were sealed.

    Raises TreeBroken, ClockWentBack and FolderKnowsMore, as `seal_entries` does.
    """
    return seal_entries(list_rejected=list_rejected_erasures)


def seal_if_possible() -> None:
    """Seal the waiting entries. A fault of the log is logged, and stops nothing else."""
    try:
        seal()
    except SEALING_FAULTS as error:
        log_failure("log.not_sealed", error)


@in_transaction
def seal_before_commit() -> None:
    """Seal the waiting entries as the last step of a transaction, which fails if they can't be."""
    db.session.flush()
    Lock.CONSENT_LOG.take()
    while seal_under(log_origin()) == MOST_PER_CHECKPOINT:
        pass


@in_transaction
def seal_under(origin: str) -> int:
    """Seal waiting entries at once, under a new name of the log; return how many."""
    return seal_waiting(origin, list_rejected_erasures)


def list_rejected_erasures() -> Mapping[str, Sequence[int]]:
    """Return the waiting erasures that are invalid. They never get a position."""
    waiting = (
        select(Erasure, LogEntry.record_id, LogEntry.commitment)
        .select_from(LogEntry)
        .outerjoin(Erasure, Erasure.id == LogEntry.record_id)
        .where(LogEntry.kind == ERASED, LogEntry.position.is_(None))
    )
    rejected, now = [], clock.now()
    for erasure, erasure_id, commitment in db.session.execute(waiting):
        if what := find_erasure_fault(erasure, commitment, now):
            log.error("log.erasure_refused", erasure=erasure_id, what=what)
            rejected.append(erasure_id)
    return {ERASED: rejected}


class SealingThread(RepeatingThreads):
    """Seals until `ending` is set."""

    def __init__(self, app: Flask, ending: Event) -> None:
        super().__init__(app, ending, failure="log.not_sealed")
        self.repeat("sealing", seal, every=SEAL_EVERY_SECONDS)
