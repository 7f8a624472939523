"""Notes that the database was put back from a backup, so that what was lost is no secret.

A restoration is a record of the log like others, shown on the log's public page. It excuses one
thing only: that heads which were signed after the backup, up to the lost one, are not in the tree.
All that the backup had sealed must still be there, bit by bit.
"""

from datetime import datetime

from sqlalchemy import func, select

from supporters.consent.record_forms import RESTORED, describe_restoration
from supporters.consent.record_models import Restoration
from supporters.database import db, in_transaction
from supporters.ids import new_id
from supporters.transparency_log.checkpoints import Checkpoint, CheckpointInvalid, read_checkpoint
from supporters.transparency_log.log_keys import signing_key
from supporters.transparency_log.log_records import append, moment
from supporters.transparency_log.models import LogHead
from supporters.transparency_log.queries import find_entry, find_head


class NothingLost(ValueError):
    """The tree in the database has the size of this head, or more: no backup was put back."""


@in_transaction
def record_restoration(
    lost_head: str, replayed: int, now: datetime, *, restored_size: int | None = None
) -> Restoration:
    """Add the record of a restoration.

    `lost_head` is the text of the newest head that is known outside, `replayed` how many erasures
    and objections were repeated. `restored_size` is how many sealed entries the backup had, where
    that was noted; else nothing may have been sealed since. Raises CheckpointInvalid when we didn't
    sign the head, NothingLost when the backup had a tree of that size.
    """
    lost = read_checkpoint(lost_head, signing_key().public_key())
    newest = find_head()
    size = newest.size if newest else 0
    size = size if restored_size is None else min(size, restored_size)
    if lost.size <= size:
        raise NothingLost(lost_head)
    restoration = Restoration(
        id=new_id(now),
        lost_head=lost.text,
        restored_size=size,
        replayed=replayed,
        occurred_at=now,
    )
    db.session.add(restoration)
    append(describe_restoration(restoration))
    return restoration


def find_restoration_that_lost(kept: Checkpoint) -> Restoration | None:
    """Return the restoration that says that the entries behind a head are lost."""
    for restoration in db.session.scalars(select(Restoration).order_by(Restoration.id)):
        if has_lost(restoration, kept):
            return restoration
    return None


def has_lost(restoration: Restoration, kept: Checkpoint) -> bool:
    """Tell whether a head stood for what this restoration says is lost.

    It was signed before anything was sealed on top of the backup, and is larger than what the
    backup had sealed. It may be newer than the lost head: another machine sealed last, and its head
    wasn't at hand. A restoration that isn't in the log as it stands here says nothing.
    """
    try:
        lost = read_checkpoint(restoration.lost_head, signing_key().public_key())
    except CheckpointInvalid:
        return False
    return (
        is_in_the_log(restoration)
        and restoration.restored_size < kept.size
        and _was_before(restoration, max(kept.sealed_at, lost.sealed_at))
    )


def _was_before(restoration: Restoration, sealed_at: str) -> bool:
    """Tell whether a head can be of the lost tree, by when it was signed.

    What was signed since something was sealed on top of the backup is of the tree of today.
    """
    first_on_top = moment(
        db.session.scalar(
            select(func.min(LogHead.sealed_at)).where(LogHead.size > restoration.restored_size)
        )
    )
    is_on_top = first_on_top is not None and sealed_at >= first_on_top
    return not is_on_top and sealed_at <= (moment(restoration.occurred_at) or "")


def is_in_the_log(restoration: Restoration) -> bool:
    """Tell whether the log has just this record, behind what it says was put back."""
    entry = find_entry(RESTORED, restoration.id)
    if entry is None or entry.commitment != describe_restoration(restoration).commitment:
        return False
    return entry.position is None or entry.position >= restoration.restored_size
