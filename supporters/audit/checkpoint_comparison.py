"""Compares external checkpoints with the tree in the database (REQ-21)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import and_, or_, select

from supporters.audit.restorations import (
    Acknowledgement,
    find_acknowledgement,
    find_restoration_that_lost,
)
from supporters.database import db
from supporters.transparency_log.cached_tree import open_tree
from supporters.transparency_log.checkpoint_store import find_external_checkpoint
from supporters.transparency_log.checkpoints import Checkpoint, CheckpointInvalid
from supporters.transparency_log.log_proofs import CLOCK_SKEW
from supporters.transparency_log.merkle_tree import TreeBroken, is_consistent
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_latest_checkpoint


class ComparisonResult(Enum):
    """How an external checkpoint relates to the tree in the database."""

    CONTAINED = auto()
    LOST = auto()
    ACKNOWLEDGED = auto()
    LONGER = auto()
    DIFFERENT = auto()
    FOREIGN = auto()
    OUT_OF_TIME = auto()


IN_ORDER = {ComparisonResult.CONTAINED, ComparisonResult.ACKNOWLEDGED}


@dataclass(frozen=True)
class Comparison:
    """The verdict, and its proof: the consistency path from the checkpoint to the latest one.

    `acknowledged` says which owner knows of the restoration that lost the checkpoint.
    """

    verdict: ComparisonResult
    newest: LogCheckpoint | None
    path: tuple[bytes, ...] = ()
    acknowledged: Acknowledgement | None = None


def compare_checkpoint(external: Checkpoint) -> Comparison:
    """Tell whether the tree in the database extends an external checkpoint.

    LOST: a restoration in the log declares the entries of this checkpoint lost, and no owner has
    acknowledged it. ACKNOWLEDGED: an owner has. OUT_OF_TIME: the tree extends it, but a larger one
    was signed earlier, or a smaller one later.
    """
    newest = find_latest_checkpoint()
    path = None if newest is None else find_consistency_path(external, newest)
    if path is not None:
        verdict = (
            ComparisonResult.OUT_OF_TIME if is_out_of_time(external) else ComparisonResult.CONTAINED
        )
        return Comparison(verdict, newest, path)
    if (restoration := find_restoration_that_lost(external)) is not None:
        known = find_acknowledgement(restoration)
        verdict = ComparisonResult.ACKNOWLEDGED if known else ComparisonResult.LOST
        return Comparison(verdict, newest, acknowledged=known)
    is_longer = newest is None or external.size > newest.size
    return Comparison(ComparisonResult.LONGER if is_longer else ComparisonResult.DIFFERENT, newest)


def is_out_of_time(external: Checkpoint) -> bool:
    """Tell whether the times of the checkpoints are in another order than their sizes."""
    if not external.sealed_at:
        return False
    signed_at = datetime.fromisoformat(external.sealed_at)
    later = and_(
        LogCheckpoint.size > external.size, LogCheckpoint.sealed_at < signed_at - CLOCK_SKEW
    )
    earlier = and_(
        LogCheckpoint.size < external.size, LogCheckpoint.sealed_at > signed_at + CLOCK_SKEW
    )
    return (
        db.session.scalar(select(LogCheckpoint.size).where(or_(later, earlier)).limit(1))
        is not None
    )


def compare_last_checkpoint() -> Comparison | None:
    """Compare the last checkpoint that this machine stored; None if it stored none.

    FOREIGN: another key than the one in the database signed it.
    """
    try:
        external = find_external_checkpoint()
    except CheckpointInvalid:
        return Comparison(ComparisonResult.FOREIGN, find_latest_checkpoint())
    return None if external is None else compare_checkpoint(external)


def find_consistency_path(external: Checkpoint, newest: LogCheckpoint) -> tuple[bytes, ...] | None:
    """Return the consistency path from an earlier checkpoint to the latest; None if none exists."""
    if not 0 < external.size <= newest.size:
        return None
    try:
        tree = open_tree(newest.size)
        if tree.get_root() != newest.root:
            return None
        path = tuple(tree.consistency_path(external.size, newest.size))
    except TreeBroken:
        return None
    sizes, roots = (external.size, newest.size), (external.root, newest.root)
    return path if is_consistent(sizes, roots, path) else None
