"""Holds all sending by itself if the log shows that the database was restored, or was forged.

Each machine with a worker looks every few seconds: a few rows, and the last line of its folder.
"""

from supporters.audit.checkpoint_comparison import IN_ORDER, ComparisonResult, compare_checkpoint
from supporters.audit.restorations import list_unacknowledged
from supporters.database import db
from supporters.delivery.restore_hold import hold_sending, is_held
from supporters.delivery.rules import HoldReason
from supporters.transparency_log.checkpoint_store import find_external_checkpoint
from supporters.transparency_log.checkpoints import CheckpointInvalid
from supporters.transparency_log.log_birth import find_birth_fault
from supporters.transparency_log.models import LogCheckpoint


def hold_if_log_alarms() -> HoldReason | None:
    """Hold all sending if the log gives a reason, unless it is held; return the reason."""
    why = None if is_held() else find_log_alarm()
    db.session.rollback()
    if why is not None:
        hold_sending(why)
    return why


def find_log_alarm() -> HoldReason | None:
    """Return why the log can't be trusted without a person; None if it can."""
    if find_birth_fault():
        return HoldReason.BEGUN_AGAIN
    if list_unacknowledged():
        return HoldReason.RESTORED
    return HoldReason.OLDER if _lacks_own_checkpoint() else None


def _lacks_own_checkpoint() -> bool:
    """Tell whether the log lacks the last checkpoint of this machine, without an explanation."""
    try:
        kept = find_external_checkpoint()
    except CheckpointInvalid:  # of another database: the start of a worker refuses it
        return False
    db.session.rollback()  # a checkpoint is in the database before it is in the folder
    if kept is None:
        return False
    stored = db.session.get(LogCheckpoint, kept.size)
    if stored is not None and stored.root == kept.root:
        return False
    verdict = compare_checkpoint(kept).verdict
    return verdict not in {*IN_ORDER, ComparisonResult.OUT_OF_TIME}
