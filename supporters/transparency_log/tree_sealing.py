"""Gives waiting entries their position in the tree, and signs the new checkpoint.

It knows no records: the caller passes a function that lists rejected ones. A lock lets one sealer
work at a time, on any number of machines.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from operator import attrgetter
from urllib.parse import urlsplit

import structlog
from sqlalchemy import and_, false, func, or_, select, update

from supporters import clock
from supporters.crypto.signed_notes import NoteVerifier
from supporters.database import db, in_transaction, run_after_commit, transaction
from supporters.extensions import current_settings
from supporters.locks import Lock
from supporters.logs import log_failure
from supporters.transparency_log.cached_tree import add_leaves, open_tree
from supporters.transparency_log.checkpoint_store import store_checkpoint
from supporters.transparency_log.checkpoints import sign_checkpoint
from supporters.transparency_log.leaf_store import check_folder, store_leaves
from supporters.transparency_log.log_birth import check_birth, record_birth
from supporters.transparency_log.log_proofs import MOST_PER_CHECKPOINT
from supporters.transparency_log.log_records import hash_leaf, signing_key
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.models import LogCheckpoint, LogEntry
from supporters.transparency_log.queries import find_latest_checkpoint, is_anything_unsealed

log = structlog.get_logger(__name__)
CLOCK_TOLERANCE = timedelta(seconds=10)  # the clocks of several machines may differ by this
ListRejected = Callable[[], Mapping[str, Sequence[int]]]


class ClockWentBack(Exception):
    """The clock of this machine is behind the time of the last checkpoint."""


def log_origin() -> str:
    """Return the name of this installation's log: it outlives a change of the base URL."""
    newest = find_latest_checkpoint()
    if newest is not None:
        return newest.checkpoint.partition("\n")[0]
    return f"{urlsplit(current_settings().base_url).netloc}/consent-log"


def log_verifier() -> NoteVerifier:
    """Return the name and the public key of this installation's log."""
    return NoteVerifier(log_origin(), signing_key().public_key())


def seal_entries(*, list_rejected: ListRejected) -> int:
    """Seal the waiting entries and store each new checkpoint; return how many were sealed.

    Entries that come meanwhile wait for the next time: in a rush there are always some, and a
    checkpoint costs the same for a few as for thousands.

    `list_rejected` returns the ids of the entries, by kind, that never get a position. Raises
    TreeBroken if the stored tree isn't the one that was signed last, and ClockWentBack if the clock
    is behind the last checkpoint: it signs nothing then, nor if the log began again
    (LogBegunAgain), or if the database is older than this machine's folder (FolderKnowsMore).
    """
    _catch_up()
    sealed, some = 0, MOST_PER_CHECKPOINT
    while some == MOST_PER_CHECKPOINT and is_anything_unsealed():
        with transaction():
            Lock.CONSENT_LOG.take()
            some = seal_waiting(log_origin(), list_rejected)
        sealed += some
    return sealed


def _catch_up() -> None:
    """Store the leaves that other machines sealed: what is committed never changes."""
    newest = find_latest_checkpoint()
    if newest is not None:
        with suppress(TreeBroken):  # the next sealing tells of it
            _store_leaves(newest.checkpoint.partition("\n")[0], newest.size)


@in_transaction
def seal_waiting(origin: str, list_rejected: ListRejected) -> int:
    """Seal some waiting entries under the lock; return how many. They are published afterwards."""
    check_birth()
    last = _check_last_checkpoint()
    size, now = (last.size, _time_after(last)) if last else (0, clock.now())
    check_folder(origin, size)
    leaves = _assign_positions(size, list_rejected())
    if not leaves:
        return 0
    add_leaves(size, leaves)
    checkpoint = _add_checkpoint(size + len(leaves), origin, now)
    if last is None:
        record_birth(checkpoint)
    _store_leaves(origin, size, leaves)
    run_after_commit(lambda: _publish(checkpoint, len(leaves)))
    return len(leaves)


def _store_leaves(origin: str, size: int, leaves: Sequence[bytes] = ()) -> None:
    try:
        store_leaves(origin, size, leaves)
    except OSError as error:
        log_failure("log.leaves_not_stored", error, size=size + len(leaves))


def _publish(checkpoint: LogCheckpoint, entries: int) -> None:
    log.info("log.sealed", entries=entries, size=checkpoint.size)
    try:
        store_checkpoint(checkpoint)
    except OSError as error:
        log_failure("log.checkpoint_not_stored", error, size=checkpoint.size)


def _time_after(last: LogCheckpoint) -> datetime:
    """Return the time of the next checkpoint. The times of checkpoints never decrease."""
    now = clock.now()
    if last.sealed_at - now > CLOCK_TOLERANCE:
        message = (
            f"It is {now.isoformat()} here. The last checkpoint is of {last.sealed_at.isoformat()}."
        )
        raise ClockWentBack(message)
    return max(now, last.sealed_at)


def _check_last_checkpoint() -> LogCheckpoint | None:
    """Return the last checkpoint after checking that the stored tree has its root."""
    checkpoint = find_latest_checkpoint()
    if checkpoint is not None and open_tree(checkpoint.size).get_root() != checkpoint.root:
        message = f"The tiles don't have the root of the checkpoint of size {checkpoint.size}."
        raise TreeBroken(message)
    return checkpoint


def _assign_positions(size: int, rejected: Mapping[str, Sequence[int]]) -> list[bytes]:
    """Give the oldest waiting entries the next positions; return the hashes of their leaves."""
    place = func.row_number().over(order_by=(LogEntry.record_id, LogEntry.kind)) - 1 + size
    is_rejected = [
        and_(LogEntry.kind == kind, LogEntry.record_id.in_(ids)) for kind, ids in rejected.items()
    ]
    waiting = (
        select(LogEntry.kind, LogEntry.record_id, place.label("place"))
        .where(LogEntry.position.is_(None), ~or_(false(), *is_rejected))
        .order_by(LogEntry.record_id, LogEntry.kind)
        .limit(MOST_PER_CHECKPOINT)
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


def _add_checkpoint(size: int, origin: str, now: datetime) -> LogCheckpoint:
    root, sealed_at = open_tree(size).get_root(), now.replace(microsecond=0)
    signed = sign_checkpoint(
        signing_key(), origin=origin, size=size, root=root, sealed_at=sealed_at
    )
    checkpoint = LogCheckpoint(size=size, root=root, sealed_at=sealed_at, checkpoint=signed)
    db.session.add(checkpoint)
    return checkpoint
