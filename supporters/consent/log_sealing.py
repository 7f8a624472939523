"""Seals the waiting entries of the consent log.

A worker does it every few seconds, so that a signup writes only its own rows in its transaction.
"""

import threading
from collections.abc import Mapping, Sequence

import structlog
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.consent.erasure_records import find_erasure_fault
from supporters.consent.record_forms import ERASED
from supporters.consent.record_models import Erasure
from supporters.database import db
from supporters.logs import log_failure
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.tree_sealing import seal_entries

log = structlog.get_logger(__name__)
SEAL_EVERY_SECONDS = 3.0


def seal() -> int:
    """Seal the waiting entries; return how many were sealed.

    Raises TreeBroken and ClockWentBack, as `seal_entries` does.
    """
    return seal_entries(list_rejected=list_rejected_erasures)


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
