"""Notes that the database was put back from a backup, so that what was lost is no secret.

A restoration is a record of the log like others, shown on the log's public page. It excuses one
thing only: that heads which were signed after the backup, up to the lost one, are not in the tree.
All that the backup had sealed must still be there, bit by bit.
"""

from datetime import datetime

from sqlalchemy import func, select

from supporters.consent.log.appending import append
from supporters.consent.log.checkpoints import Checkpoint, CheckpointInvalid, read_checkpoint
from supporters.consent.log.describing import RESTORED, describe_restoration
from supporters.consent.log.keeping import find_external_head
from supporters.consent.log.keys import signing_key
from supporters.consent.log.models import LogHead, Restoration
from supporters.consent.log.queries import find_entry, find_head
from supporters.consent.log.records import moment
from supporters.database import db
from supporters.ids import new_id

__all__ = ["NothingLost", "find_external_head", "record_restoration"]


class NothingLost(ValueError):
    """The tree in the database has the size of this head, or more: no backup was put back."""


def record_restoration(lost_head: str, replayed: int, now: datetime) -> Restoration:
    """Add the record of a restoration; to be called within a transaction, before any sealing.

    `lost_head` is the text of the newest head that is known outside, `replayed` how many erasures
    and objections were repeated. Raises CheckpointInvalid when we didn't sign it, NothingLost when
    the database has a tree of that size.
    """
    lost = read_checkpoint(lost_head, signing_key().public_key())
    newest = find_head()
    if newest is not None and lost.size <= newest.size:
        raise NothingLost(lost_head)
    restoration = Restoration(
        id=new_id(now), lost_head=lost.text, replayed=replayed, occurred_at=now
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

    It was signed before the lost head was, and is larger than what the backup had sealed.
    """
    try:
        lost = read_checkpoint(restoration.lost_head, signing_key().public_key())
    except CheckpointInvalid:
        return False
    restored = size_restored(restoration)
    return (
        restored is not None
        and restored < kept.size <= lost.size
        and kept.sealed_at <= lost.sealed_at <= (moment(restoration.occurred_at) or "")
    )


def size_restored(restoration: Restoration) -> int | None:
    """Return how large the tree of the backup was; None when the log doesn't know this record."""
    entry = find_entry(RESTORED, restoration.id)
    if entry is None or entry.commitment != describe_restoration(restoration).commitment:
        return None
    before = select(func.max(LogHead.size))
    if entry.position is not None:
        before = before.where(LogHead.size <= entry.position)
    return db.session.scalar(before) or 0
