"""Seals what waits in the consent log.

A worker does it every few seconds, so that a signup waits for nobody: only its own rows are written
in its transaction.
"""

from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.consent.log.adopting import adopt_some
from supporters.consent.log.describing import ERASED
from supporters.consent.log.entry_sealing import seal_entries
from supporters.consent.log.erasures import Entry, find_erasure_fault, find_open_form
from supporters.consent.log.models import Erasure, LogEntry
from supporters.database import db

log = structlog.get_logger(__name__)


def seal() -> int:
    """Seal the entries that wait; return how many were sealed.

    Before the very first head, what was recorded before there was a log is taken into it. Raises
    TreeBroken and ClockWentBack, as `seal_entries` does.
    """
    return seal_entries(adopt=adopt_some, refuse=list_refused_erasures)


def list_refused_erasures() -> Mapping[str, Sequence[int]]:
    """Return the erasures that wait and aren't to be believed: they never get a place."""
    waiting = (
        select(Erasure, LogEntry.record_id, LogEntry.commitment)
        .select_from(LogEntry)
        .outerjoin(Erasure, Erasure.id == LogEntry.record_id)
        .where(LogEntry.kind == ERASED, LogEntry.position.is_(None))
    )
    refused, open_form, now = [], find_open_form(), clock.now()
    for erasure, erasure_id, commitment in db.session.execute(waiting):
        entry = Entry(commitment, None)
        what = find_erasure_fault(erasure, entry, open_form=open_form, now=now)
        if what:
            log.error("log.erasure_refused", erasure=erasure_id, what=what)
            refused.append(erasure_id)
    return {ERASED: refused}
