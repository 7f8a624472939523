"""Seals what waits: gives each entry its place in the tree, and signs the new head.

A worker does it every few seconds, so that a signup waits for nobody: only its own rows are written
in its transaction. One sealer works at a time, on however many machines.
"""

from datetime import datetime, timedelta
from operator import attrgetter
from urllib.parse import urlsplit

import structlog
from sqlalchemy import and_, func, select, update

from supporters import clock
from supporters.consent.log.adopting import adopt_some
from supporters.consent.log.checkpoints import sign_checkpoint
from supporters.consent.log.describing import ERASED
from supporters.consent.log.erasures import Entry, find_erasure_fault, find_open_form
from supporters.consent.log.keeping import keep_head
from supporters.consent.log.keys import signing_key
from supporters.consent.log.models import Erasure, LogEntry, LogHead
from supporters.consent.log.queries import find_head, is_anything_sealed, is_anything_unsealed
from supporters.consent.log.records import hash_leaf
from supporters.consent.log.sealing_spans import AT_ONCE
from supporters.consent.log.tiles import add_leaves, open_tree
from supporters.consent.log.tree import TreeBroken
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.locks import Lock
from supporters.logs import log_failure

log = structlog.get_logger(__name__)

WAITED_FOR = timedelta(seconds=10)  # the clocks of machines that take turns differ by as much


class ClockWentBack(Exception):
    """The clock of this machine is behind the time at which the last head was signed."""


def log_origin() -> str:
    """Return the name of this installation's log: it stands in every head."""
    return f"{urlsplit(current_settings().base_url).netloc}/consent-log"


def seal() -> int:
    """Seal the entries that wait, and keep each new head outside; return how many were sealed.

    Before the very first head, what was recorded before there was a log is taken into it. Raises
    TreeBroken rather than sign a tree that isn't the one that was signed last, and ClockWentBack
    rather than sign that it was earlier than the last one.
    """
    if not is_anything_sealed():
        _adopt_all()
    sealed = 0
    while is_anything_unsealed() and (some := _seal_some()):
        sealed += some
    return sealed


def _adopt_all() -> None:
    after: int | None = 0
    while after is not None:
        with transaction():
            Lock.CONSENT_LOG.take()
            after = None if is_anything_sealed() else adopt_some(after)


def _seal_some() -> int:
    with transaction():
        Lock.CONSENT_LOG.take()
        last = _check_last_head()
        size, now = (last.size, _time_after(last)) if last else (0, clock.now())
        leaves = _take_places(size)
        if not leaves:
            return 0
        add_leaves(size, leaves)
        head = _add_head(size + len(leaves), now)
    log.info("log.sealed", entries=len(leaves), size=head.size)
    try:
        keep_head(head)
    except OSError as error:
        log_failure("log.head_not_kept", error, size=head.size)
    return len(leaves)


def _time_after(last: LogHead) -> datetime:
    """Return the time of the next head: the times of heads never go back."""
    now = clock.now()
    if last.sealed_at - now > WAITED_FOR:
        message = (
            f"It is {now.isoformat()} here, and the last head is of {last.sealed_at.isoformat()}."
        )
        raise ClockWentBack(message)
    return max(now, last.sealed_at)


def _check_last_head() -> LogHead | None:
    """Return the head that was signed last, whose tree is there; nothing is built upon another."""
    head = find_head()
    if head is not None and open_tree(head.size).get_root() != head.root:
        message = f"The tiles don't come to the head that was signed at the size {head.size}."
        raise TreeBroken(message)
    return head


def _take_places(size: int) -> list[bytes]:
    """Give the oldest waiting entries the next places; return the hashes of their leaves."""
    place = func.row_number().over(order_by=(LogEntry.record_id, LogEntry.kind)) - 1 + size
    is_refused = and_(LogEntry.kind == ERASED, LogEntry.record_id.in_(_refuse_erasures()))
    waiting = (
        select(LogEntry.kind, LogEntry.record_id, place.label("place"))
        .where(LogEntry.position.is_(None), ~is_refused)
        .order_by(LogEntry.record_id, LogEntry.kind)
        .limit(AT_ONCE)
        .subquery()
    )
    placed = db.session.execute(
        update(LogEntry)
        .where(LogEntry.kind == waiting.c.kind, LogEntry.record_id == waiting.c.record_id)
        .values(position=waiting.c.place)
        .returning(LogEntry.position, LogEntry.kind, LogEntry.record_id, LogEntry.commitment)
        .execution_options(synchronize_session=False)
    )
    entries = sorted(placed, key=attrgetter("position"))
    return [hash_leaf(each.kind, each.record_id, each.commitment) for each in entries]


def _refuse_erasures() -> list[int]:
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
    return refused


def _add_head(size: int, now: datetime) -> LogHead:
    root = open_tree(size).get_root()
    head = LogHead(
        size=size,
        root=root,
        sealed_at=now,
        checkpoint=sign_checkpoint(
            signing_key(), origin=log_origin(), size=size, root=root, sealed_at=now
        ),
    )
    db.session.add(head)
    return head
