"""Gives the entries that wait their place in the tree, and signs the new head.

It knows no records: the caller hands in how records of before the log are added, and which entries
must not be sealed. One sealer works at a time, on however many machines.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from urllib.parse import urlsplit

import structlog
from sqlalchemy import and_, false, func, or_, select, update

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.locks import Lock
from supporters.logs import log_failure
from supporters.transparency_log.checkpoint_store import keep_head
from supporters.transparency_log.checkpoints import sign_checkpoint
from supporters.transparency_log.log_keys import signing_key
from supporters.transparency_log.log_records import hash_leaf
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.models import LogEntry, LogHead
from supporters.transparency_log.queries import find_head, is_anything_sealed, is_anything_unsealed
from supporters.transparency_log.sealing_spans import AT_ONCE
from supporters.transparency_log.tile_store import add_leaves, open_tree

log = structlog.get_logger(__name__)
WAITED_FOR = timedelta(seconds=10)  # the clocks of machines that take turns differ by as much
Adopt = Callable[[int], int | None]
Refuse = Callable[[], Mapping[str, Sequence[int]]]


class ClockWentBack(Exception):
    """The clock of this machine is behind the time at which the last head was signed."""


def log_origin() -> str:
    """Return the name of this installation's log: it stands in every head."""
    return f"{urlsplit(current_settings().base_url).netloc}/consent-log"


def seal_entries(*, adopt: Adopt, refuse: Refuse) -> int:
    """Seal the entries that wait, and keep each new head outside; return how many were sealed.

    `adopt` adds entries of records behind an id, and returns the id to go on from: it is called
    until it returns None, before the very first head. `refuse` returns the ids of the entries, by
    kind, that never get a place. Raises TreeBroken rather than sign a tree that isn't the one that
    was signed last, and ClockWentBack rather than sign that it was earlier than the last one.
    """
    if not is_anything_sealed():
        _adopt_all(adopt)
    sealed = 0
    while is_anything_unsealed() and (some := _seal_some(refuse)):
        sealed += some
    return sealed


def _adopt_all(adopt: Adopt) -> None:
    after: int | None = 0
    while after is not None:
        with transaction():
            Lock.CONSENT_LOG.take()
            after = None if is_anything_sealed() else adopt(after)


def _seal_some(refuse: Refuse) -> int:
    with transaction():
        Lock.CONSENT_LOG.take()
        last = _check_last_head()
        size, now = (last.size, _time_after(last)) if last else (0, clock.now())
        leaves = _take_places(size, refuse())
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


def _take_places(size: int, refused: Mapping[str, Sequence[int]]) -> list[bytes]:
    """Give the oldest waiting entries the next places; return the hashes of their leaves."""
    place = func.row_number().over(order_by=(LogEntry.record_id, LogEntry.kind)) - 1 + size
    is_refused = [
        and_(LogEntry.kind == kind, LogEntry.record_id.in_(ids)) for kind, ids in refused.items()
    ]
    waiting = (
        select(LogEntry.kind, LogEntry.record_id, place.label("place"))
        .where(LogEntry.position.is_(None), ~or_(false(), *is_refused))
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
