"""Records that the database was restored from a backup, so that the loss is public.

A restoration is a record of the log, shown on the log's public page. Once an owner acknowledged
it, it excuses only one fault: that checkpoints signed after the backup, up to the lost one, are not
in the tree. Everything that was sealed in the backup must still be there unchanged. Until then it
is a fault itself, and holds all sending (ADR 081). The lost entries are appended again by their
hashes, or the log goes on under a new name (ADR 141).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from supporters.audit.lost_leaves import append_lost_leaves, find_lost_leaves
from supporters.audit.verification_results import LogAct
from supporters.audit_log.audit_events import AuditEvent, list_sealed_acts, record_act
from supporters.consent.log_sealing import seal_under
from supporters.consent.record_forms import RESTORED, describe_restoration
from supporters.consent.record_models import Restoration
from supporters.database import db, in_transaction
from supporters.ids import new_id
from supporters.locks import Lock
from supporters.transparency_log.checkpoints import Checkpoint, CheckpointInvalid, read_checkpoint
from supporters.transparency_log.log_records import (
    add_entry,
    format_moment,
    restoration_key,
    signing_key,
)
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_entry, find_latest_checkpoint

RENAMED = re.compile(r"/\d{14}$")


class NothingLost(ValueError):
    """The tree in the database is at least as large as this checkpoint: nothing was lost."""


@in_transaction
def record_restoration(
    lost_head: str,
    replayed: int,
    now: datetime,
    *,
    restored_size: int | None = None,
    folders: Iterable[Path] = (),
) -> Restoration:
    """Add the record of a restoration, and let the log go on from its newest checkpoint.

    `lost_head` is the text of the newest external checkpoint, `replayed` the number of withdrawals
    that were repeated. `restored_size` is the number of sealed entries in the backup, if known;
    otherwise nothing may have been sealed since. If an instance folder among `folders` has the lost
    leaves, and they follow those that are sealed now, they are appended again; else the log gets a
    new name at once. Raises CheckpointInvalid if we didn't sign the checkpoint, NothingLost if the
    backup had a tree of that size.
    """
    Lock.CONSENT_LOG.take()
    lost = read_checkpoint(lost_head, signing_key().public_key())
    newest = find_latest_checkpoint()
    size = newest.size if newest else 0
    common = size if restored_size is None else min(size, restored_size)
    if lost.size <= common:
        raise NothingLost(lost_head)
    found = find_lost_leaves(lost, folders) if size < lost.size else None
    restoration = Restoration(
        id=new_id(now),
        lost_head=lost.text,
        restored_size=found.first if found else common,
        replayed=replayed,
        occurred_at=now,
        appended=found.lost if found else 0,
        origin=None if found else rename_log(lost.origin, now),
    )
    _add(restoration)
    if found:
        append_lost_leaves(found, restoration.id, now)
    elif restoration.origin:
        seal_under(restoration.origin)
    return restoration


@in_transaction
def record_unknown_loss(replayed: int, now: datetime, *, restored_size: int) -> Restoration | None:
    """Record a restoration of which nobody has a checkpoint: the log gets a new name at once.

    Others may have seen a larger tree of this name, and none is signed under it again. The newest
    checkpoint of the backup is recorded as the lost one. Returns None if the backup has none.
    """
    Lock.CONSENT_LOG.take()
    fitting = select(LogCheckpoint).where(LogCheckpoint.size <= restored_size)
    head = db.session.scalar(fitting.order_by(LogCheckpoint.size.desc()).limit(1))
    if head is None:
        return None
    origin = rename_log(head.checkpoint.partition("\n")[0], now)
    restoration = Restoration(
        id=new_id(now),
        lost_head=head.checkpoint,
        restored_size=head.size,
        replayed=replayed,
        occurred_at=now,
        appended=0,
        origin=origin,
    )
    _add(restoration)
    seal_under(origin)
    return restoration


def _add(restoration: Restoration) -> None:
    """Store a restoration, and enter it in the log."""
    db.session.add(restoration)
    db.session.flush()
    add_entry(describe_restoration(restoration, key=restoration_key()))


def rename_log(origin: str, now: datetime) -> str:
    """Return a name that the log never had: a witness knows a log by its name."""
    return f"{RENAMED.sub('', origin)}/{now:%Y%m%d%H%M%S}"


def find_common_size() -> int:
    """Return the size of the largest tree that a restoration built again; 0 if none did."""
    return max((end for _, end in list_appended().values()), default=0)


def list_appended() -> dict[int, tuple[Restoration, int]]:
    """Return the restorations in the log that appended entries, each with the size afterwards."""
    found = {}
    for each in db.session.scalars(select(Restoration).where(Restoration.appended.is_not(None))):
        if each.is_appended and is_in_the_log(each):
            lost = read_checkpoint(each.lost_head, signing_key().public_key())
            found[each.id] = each, lost.size
    return found


@dataclass(frozen=True)
class Acknowledgement:
    """The owner who said that they know of a restoration, and when."""

    account_id: int | None
    at: datetime


def find_acknowledgement(restoration: Restoration) -> Acknowledgement | None:
    """Return the acknowledgement of a restoration by an owner; None while there is none."""
    acts = list_sealed_acts(LogAct.RESTORATION_ACKNOWLEDGED, restoration.id)
    return None if not acts else Acknowledgement(_account_of(acts[0]), acts[0].occurred_at)


def _account_of(event: AuditEvent) -> int | None:
    account = json.loads(event.details).get("account")
    return event.account_id if account is None else int(account)


def list_unacknowledged() -> list[Restoration]:
    """Return the restorations that no owner acknowledged, oldest first."""
    rows = db.session.scalars(select(Restoration).order_by(Restoration.id)).all()
    return [each for each in rows if find_acknowledgement(each) is None]


@in_transaction
def acknowledge_restoration(restoration_id: int, by_id: int) -> None:
    """Record in the audit log that an owner knows of a restoration."""
    record_act(LogAct.RESTORATION_ACKNOWLEDGED, restoration_id, {"account": str(by_id)})


def find_restoration_that_lost(external: Checkpoint) -> Restoration | None:
    """Return the restoration that declares the entries of a checkpoint lost."""
    for restoration in db.session.scalars(select(Restoration).order_by(Restoration.id)):
        if has_lost(restoration, external):
            return restoration
    return None


def has_lost(restoration: Restoration, external: Checkpoint) -> bool:
    """Tell whether this restoration declares the entries of a checkpoint lost.

    The checkpoint is larger than the sealed tree of the backup, and older than the first sealing
    after the restoration. It may be newer than the lost one, if another machine sealed it and its
    file wasn't available. A restoration that the log doesn't have in this form declares nothing.
    """
    try:
        lost = read_checkpoint(restoration.lost_head, signing_key().public_key())
    except CheckpointInvalid:
        return False
    return (
        is_in_the_log(restoration)
        and restoration.restored_size < external.size
        and not _is_stored(external)
        and _was_before(restoration, max(external.sealed_at, lost.sealed_at))
    )


def _is_stored(external: Checkpoint) -> bool:
    """Tell whether the database has a checkpoint, so that nothing of it is lost."""
    stored = db.session.get(LogCheckpoint, external.size)
    return stored is not None and stored.root == external.root


def _was_before(restoration: Restoration, sealed_at: str) -> bool:
    """Tell by its time whether a checkpoint can be of the lost tree.

    Checkpoints signed after the first sealing on top of the restoration are of the current tree.
    Times are whole seconds.
    """
    first_on_top = format_moment(
        db.session.scalar(
            select(func.min(LogCheckpoint.sealed_at)).where(
                LogCheckpoint.size > restoration.restored_size
            )
        )
    )
    is_on_top = first_on_top is not None and sealed_at > first_on_top
    return not is_on_top and sealed_at <= (format_moment(restoration.occurred_at) or "")


def is_in_the_log(restoration: Restoration) -> bool:
    """Tell whether the log has exactly this record, after the entries of the backup."""
    entry = find_entry(RESTORED, restoration.id)
    if entry is None:
        return False
    record = describe_restoration(restoration, key=restoration_key())
    if record.commitment != entry.commitment:
        return False
    return entry.position is None or entry.position >= restoration.restored_size
