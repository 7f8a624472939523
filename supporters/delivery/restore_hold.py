"""Holds all sending from a database that may be a backup, until an owner lifts the hold.

Campaigns, invitations and reconfirmations wait on every machine; transactional emails that a
person asks for now are still sent. The emergency stop is separate: its end lifts no hold.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.audit.checkpoint_comparison import (
    IN_ORDER,
    ComparisonResult,
    compare_checkpoint,
    compare_last_checkpoint,
)
from supporters.audit.restorations import acknowledge_restoration, list_unacknowledged
from supporters.audit.verification_results import LogAct, list_open_marks
from supporters.audit_log.audit_events import record_act, record_team_act
from supporters.campaigns.drafts import void_approval
from supporters.campaigns.models import Campaign, CampaignStatus, VersionEnd
from supporters.campaigns.states import CAMPAIGN_STATES, FROZEN, UNFINISHED, CampaignMove
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.campaign_control import apply_move
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.journal_machines import list_unread_machines
from supporters.delivery.models import DeliveryControl, Machine
from supporters.delivery.rules import HoldReason
from supporters.reconfirmation.consent_changes import lapse_changes
from supporters.transparency_log.checkpoints import Checkpoint
from supporters.transparency_log.log_birth import find_birth_fault
from supporters.transparency_log.queries import find_latest_checkpoint

log = structlog.get_logger(__name__)
HOLDS_OF_THE_LOG = {HoldReason.BEGUN_AGAIN, HoldReason.FAULTY}
EXPLAINED = {*IN_ORDER, ComparisonResult.LOST}  # the restoration itself is asked about


@dataclass(frozen=True)
class SendingHold:
    """Since when sending is held, why, and how many entries were sealed then."""

    since: datetime
    because: HoldReason
    size: int


class LiftHoldError(Enum):
    """Why a hold isn't lifted."""

    NOT_HELD = auto()
    FOLDER_KNOWS_MORE = auto()
    CHECKPOINT_NOT_IN_LOG = auto()
    JOURNALS_NOT_READ = auto()
    LOG_BEGUN_AGAIN = auto()
    RESTORATION_NOT_ACKNOWLEDGED = auto()


def hold_sending(because: HoldReason, backup_of: datetime | None = None) -> bool:
    """Hold all sending; tell whether there was no such hold before.

    If the database may be a backup, running campaigns are paused, and approvals and hours are void.
    A backup can have a hold of its own: for faults, or of an earlier restore. Journals that were
    read then don't count for this one, which has a backup of that moment.
    """
    with transaction():
        control = db.session.scalars(select(DeliveryControl).with_for_update()).one()
        is_backup = because is not HoldReason.FAULTY
        is_new = (
            control.held_at is None
            or (is_backup and control.held_because is HoldReason.FAULTY)
            or (backup_of is not None and control.held_at <= backup_of)
        )
        now = clock.now()
        if is_new:
            head = find_latest_checkpoint()
            control.held_at, control.held_because = now, because
            control.held_size = head.size if head else 0
        paused = _pause_unfinished(now) if is_backup else 0
        record_team_act(DeliveryAct.SENDING_HELD, details={"reason": because.value})
        is_found = is_backup and (is_new or because is not HoldReason.RESTORED)
        voided = _void_frozen() + lapse_changes() if is_found else 0
    say = log.error if is_new else log.warning
    say("delivery.held", because=because.value, campaigns=paused, voided=voided, again=not is_new)
    return is_new


def _pause_unfinished(now: datetime) -> int:
    """Pause campaigns whose ledger may lack something; return how many there are.

    A former machine that joins afterwards holds them again: they are as old as before.
    """
    unfinished = db.session.scalars(
        select(Campaign).where(Campaign.status.in_(UNFINISHED)).with_for_update()
    ).all()
    for campaign in unfinished:
        if CAMPAIGN_STATES.allows(campaign.status, CampaignMove.PAUSE):
            apply_move(campaign, CampaignMove.PAUSE, now)
            campaign.restored_at = now
        campaign.restored_at = campaign.restored_at or now
    return len(unfinished)


def _void_frozen() -> int:
    """Void approvals, and requests for one: the campaign may have been launched since the backup.

    Return how many there were.
    """
    frozen = db.session.scalars(
        select(Campaign).where(Campaign.status.in_(FROZEN)).with_for_update()
    ).all()
    for campaign in frozen:
        void_approval(campaign, VersionEnd.RESTORED, None)
    return len(frozen)


def list_unfinished() -> Sequence[Campaign]:
    """Return the campaigns that were being sent in the backup and wait for a decision."""
    return db.session.scalars(
        select(Campaign)
        .where(Campaign.status == CampaignStatus.PAUSED, Campaign.restored_at.is_not(None))
        .order_by(Campaign.id)
    ).all()


def find_hold() -> SendingHold | None:
    """Return the hold on sending; None if there is none."""
    row = db.session.execute(
        select(DeliveryControl.held_at, DeliveryControl.held_because, DeliveryControl.held_size)
    ).one()
    if row.held_at is None:
        return None
    return SendingHold(row.held_at, row.held_because or HoldReason.UNKNOWN, row.held_size or 0)


def list_unread() -> Sequence[Machine]:
    """Return the machines of before the hold whose journal nobody gave, or said to be lost."""
    hold = find_hold()
    if hold is None or hold.because is HoldReason.FAULTY:
        return []
    return list_unread_machines(hold.since, hold.since)


def lift_hold(
    by_id: int,
    reason: str,
    external: Checkpoint | None = None,
    *,
    acknowledged: Collection[int] = (),
    without_journals: bool = False,
) -> datetime | LiftHoldError:
    """Lift the hold for an owner, who says that this database is the right one; return when.

    It is refused while a checkpoint that was stored outside, the given one or this machine's last,
    is neither in the log nor explained by a recorded restoration: then something must be replayed.
    `acknowledged` are the ids of the restorations that the owner knows of: no other may be new.
    The faults of the last verification count as accepted from now on. It is also refused while no
    replay has read the journal of a known machine, unless the owner says that it must do without.
    """
    if fault := _find_log_fault(external):
        return fault
    unread = [each.name for each in list_unread()]
    if unread and not without_journals:
        return LiftHoldError.JOURNALS_NOT_READ
    with transaction():
        restorations = [each.id for each in list_unacknowledged()]
        if not {*restorations} <= {*acknowledged}:
            return LiftHoldError.RESTORATION_NOT_ACKNOWLEDGED
        control = db.session.scalars(select(DeliveryControl).with_for_update()).one()
        if control.held_at is None:
            return LiftHoldError.NOT_HELD
        for each in restorations:
            acknowledge_restoration(each, by_id)
        control.held_at = control.held_because = control.held_size = None
        control.lifted_at = moment = database_time()
        control.lifted_by_id, control.lifted_because = by_id, reason
        accepted = list_open_marks(clock.now())
        details = {"account": str(by_id), "without_journals": ",".join(unread)}
        record_act(LogAct.HOLD_LIFTED, details={**details, "accepted": accepted})
    log.warning("delivery.hold_lifted", by=by_id)
    return moment


def _find_log_fault(external: Checkpoint | None) -> LiftHoldError | None:
    """Return why this database isn't one that the log and its checkpoints agree with."""
    if find_birth_fault():
        return LiftHoldError.LOG_BEGUN_AGAIN
    if external is not None and compare_checkpoint(external).verdict not in EXPLAINED:
        return LiftHoldError.CHECKPOINT_NOT_IN_LOG
    own = compare_last_checkpoint()
    if own is not None and own.verdict not in EXPLAINED:
        return LiftHoldError.FOLDER_KNOWS_MORE
    return None


def is_held() -> bool:
    """Tell whether sending is held."""
    return db.session.scalar(select(DeliveryControl.held_at)) is not None
