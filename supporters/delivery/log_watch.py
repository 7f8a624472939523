"""Holds all sending by itself if the log shows that the database was restored, or was forged.

Each machine with a worker looks every few seconds: a few rows, and the last line of its folder. It
verifies everything each night, with its own journal and folder (ADR 081). That takes minutes in a
large database. So it runs in a process that neither sends nor seals.
"""

from datetime import datetime
from threading import Event

import structlog
from flask import Flask

from supporters import clock
from supporters.audit.checkpoint_comparison import IN_ORDER, ComparisonResult, compare_checkpoint
from supporters.audit.log_verification import verify
from supporters.audit.restorations import list_unacknowledged
from supporters.audit.verification_report import VerificationReport
from supporters.audit.verification_results import (
    SHOWN,
    find_open_faults,
    list_results,
    record_result,
)
from supporters.campaigns.approval_rule import THE_ONE, find_rule_fault
from supporters.campaigns.versions import list_altered_versions
from supporters.database import db
from supporters.delivery.restore_hold import hold_sending, is_held
from supporters.delivery.rules import HoldReason, last_night
from supporters.delivery.sealed_ledgers.ledger_check import (
    OLDER_LAUNCHES,
    check_launches,
    check_ledgers,
)
from supporters.lists.count_records import check_counts, record_counts
from supporters.repeating_threads import RepeatingThreads
from supporters.transparency_log.checkpoint_store import find_external_checkpoint
from supporters.transparency_log.checkpoints import CheckpointInvalid
from supporters.transparency_log.log_birth import find_birth_fault
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import is_anything_sealed

log = structlog.get_logger(__name__)
FIRST_LOOK_AFTER_SECONDS = 600.0  # a worker that starts has other work
LOOK_EVERY_SECONDS = 60.0


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
    if _lacks_own_checkpoint():
        return HoldReason.OLDER
    return HoldReason.FAULTY if find_open_faults(clock.now()) else None


def _lacks_own_checkpoint() -> bool:
    """Tell whether the log lacks the last checkpoint of this machine, without an explanation."""
    try:
        external = find_external_checkpoint()
    except CheckpointInvalid:  # of another database: the start of a worker refuses it
        return False
    db.session.rollback()  # a checkpoint is in the database before it is in the folder
    if external is None:
        return False
    stored = db.session.get(LogCheckpoint, external.size)
    if stored is not None and stored.root == external.root:
        return False
    verdict = compare_checkpoint(external).verdict
    return verdict not in {*IN_ORDER, ComparisonResult.OUT_OF_TIME}


class VerificationThread(RepeatingThreads):
    """Verifies when it is due."""

    def __init__(self, app: Flask, machine: str) -> None:
        super().__init__(app, Event(), failure="log.not_verified")
        self.repeat(
            "verification",
            lambda: verify_if_due(clock.now(), machine),
            every=LOOK_EVERY_SECONDS,
            first_after=FIRST_LOOK_AFTER_SECONDS,
        )

    def end(self) -> None:
        """Begin no other verification; nothing waits for the one that is under way."""
        self._ending.set()


def verify_if_due(now: datetime, machine: str) -> bool:
    """Verify everything unless this machine did so since the last night; tell whether it did."""
    done = [each.at for each in list_results(now) if each.machine == machine]
    if not is_anything_sealed() or (done and done[0] >= last_night(now)):
        return False
    verify_and_record(now, machine)
    return True


def verify_all(now: datetime) -> VerificationReport:
    """Verify the log, the records that rest on it, campaigns, and the approval rule."""
    report = verify(now)
    for version_id, what in list_altered_versions():
        report.fault("campaign_version", version_id, what)
    check_counts(report)
    check_launches(report)
    check_ledgers(report, now)
    if what := find_rule_fault():
        report.fault("approval_rule", THE_ONE, what)
    return report


def verify_and_record(now: datetime, machine: str) -> VerificationReport:
    """Verify everything; hold all sending if there are faults that no owner accepted."""
    report = verify_all(now)
    record_counts(now, **{OLDER_LAUNCHES: report.older_launches})
    record_result(report, machine)
    for fault in report.faults[:SHOWN]:
        log.error("log.fault", what=str(fault))
    log.info("log.verified", records=report.records, faults=report.fault_count)
    if find_open_faults(clock.now()) is not None and not is_held():
        hold_sending(HoldReason.FAULTY)
    return report
