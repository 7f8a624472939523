"""Seals what waits: gives each entry its place in the tree, and signs the new head.

A worker does it every few seconds, so that a signup waits for nobody: only its own rows are written
in its transaction. One sealer works at a time, on however many machines.
"""

from urllib.parse import urlsplit

import structlog
from sqlalchemy import func, select, update

from supporters import clock
from supporters.consent.log.checkpoints import sign_checkpoint
from supporters.consent.log.keys import signing_key
from supporters.consent.log.models import LogEntry, LogHead
from supporters.consent.log.queries import find_head
from supporters.consent.log.records import hash_leaf
from supporters.consent.log.tiles import add_leaves, open_tree
from supporters.database import db, take_turns, transaction
from supporters.extensions import current_settings

log = structlog.get_logger(__name__)

TURN = b"consent log"
AT_ONCE = 20_000


def log_origin() -> str:
    """Return the name of this installation's log: it stands in every head."""
    return f"{urlsplit(current_settings().base_url).netloc}/consent-log"


def seal() -> int:
    """Seal the entries that wait; return how many."""
    sealed = 0
    while True:
        count = _seal_some()
        sealed += count
        if count < AT_ONCE:
            return sealed


def _seal_some() -> int:
    with transaction():
        take_turns(TURN)
        head = find_head()
        size = head.size if head else 0
        leaves = _take_places(size)
        if not leaves:
            return 0
        add_leaves(size, leaves)
        db.session.flush()
        _add_head(size + len(leaves))
    log.info("log.sealed", entries=len(leaves), size=size + len(leaves))
    return len(leaves)


def _take_places(size: int) -> list[bytes]:
    """Give the oldest waiting entries the next places; return the hashes of their leaves."""
    waiting = (
        select(
            LogEntry.kind,
            LogEntry.record_id,
            (func.row_number().over(order_by=(LogEntry.record_id, LogEntry.kind)) - 1 + size).label(
                "place"
            ),
        )
        .where(LogEntry.position.is_(None))
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
    return [hash_leaf(row.kind, row.record_id, row.commitment) for row in sorted(placed)]


def _add_head(size: int) -> None:
    root = open_tree(size).get_root()
    now = clock.now()
    db.session.add(
        LogHead(
            size=size,
            root=root,
            sealed_at=now,
            checkpoint=sign_checkpoint(
                signing_key(), origin=log_origin(), size=size, root=root, sealed_at=now
            ),
        )
    )
