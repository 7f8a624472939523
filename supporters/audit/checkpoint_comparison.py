"""Compares external checkpoints with the tree in the database (REQ-21)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import and_, or_, select

from supporters.audit.restorations import find_restoration_that_lost
from supporters.database import db
from supporters.transparency_log.checkpoint_store import find_external_head
from supporters.transparency_log.checkpoints import Checkpoint, CheckpointInvalid
from supporters.transparency_log.merkle_tree import TreeBroken, is_consistent
from supporters.transparency_log.models import LogHead
from supporters.transparency_log.queries import find_head
from supporters.transparency_log.sealing_spans import SKEW
from supporters.transparency_log.tile_store import open_tree


class Verdict(Enum):
    """How an external checkpoint relates to the tree in the database."""

    CONTAINED = auto()
    LOST = auto()
    LONGER = auto()
    DIFFERENT = auto()
    FOREIGN = auto()
    OUT_OF_TIME = auto()


@dataclass(frozen=True)
class Comparison:
    """The verdict, and its proof: the consistency path from the checkpoint to the latest one."""

    verdict: Verdict
    newest: LogHead | None
    path: tuple[bytes, ...] = ()


def compare(kept: Checkpoint) -> Comparison:
    """Tell whether the tree in the database extends an external checkpoint.

    LOST: a restoration in the log declares the entries of this checkpoint lost. OUT_OF_TIME: the
    tree extends it, but a larger one was signed earlier, or a smaller one later.
    """
    newest = find_head()
    path = None if newest is None else find_path(kept, newest)
    if path is not None:
        verdict = Verdict.OUT_OF_TIME if is_out_of_time(kept) else Verdict.CONTAINED
        return Comparison(verdict, newest, path)
    if find_restoration_that_lost(kept) is not None:
        return Comparison(Verdict.LOST, newest)
    is_longer = newest is None or kept.size > newest.size
    return Comparison(Verdict.LONGER if is_longer else Verdict.DIFFERENT, newest)


def is_out_of_time(kept: Checkpoint) -> bool:
    """Tell whether the times of the checkpoints are in another order than their sizes."""
    signed_at = datetime.fromisoformat(kept.sealed_at)
    later = and_(LogHead.size > kept.size, LogHead.sealed_at < signed_at - SKEW)
    earlier = and_(LogHead.size < kept.size, LogHead.sealed_at > signed_at + SKEW)
    return db.session.scalar(select(LogHead.size).where(or_(later, earlier)).limit(1)) is not None


def compare_last() -> Comparison | None:
    """Compare the last checkpoint that this machine stored; None if it stored none.

    FOREIGN: another key than the one in the database signed it.
    """
    try:
        kept = find_external_head()
    except CheckpointInvalid:
        return Comparison(Verdict.FOREIGN, find_head())
    return None if kept is None else compare(kept)


def find_path(kept: Checkpoint, newest: LogHead) -> tuple[bytes, ...] | None:
    """Return the consistency path from an earlier checkpoint to the latest; None if none exists."""
    if not 0 < kept.size <= newest.size:
        return None
    try:
        tree = open_tree(newest.size)
        if tree.get_root() != newest.root:
            return None
        path = tuple(tree.consistency_path(kept.size, newest.size))
    except TreeBroken:
        return None
    sizes, roots = (kept.size, newest.size), (kept.root, newest.root)
    return path if is_consistent(sizes, roots, path) else None
