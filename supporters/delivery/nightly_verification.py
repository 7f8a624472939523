"""Verifies everything each night, on each machine with a worker (ADR 081).

It takes minutes in a large database. So it runs in the process of the worker that supervises the
others, which neither sends nor seals. Each machine has its own journal and folder to compare.
"""

import threading
from datetime import datetime

import structlog
from flask import Flask

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.audit.verification_report import VerificationReport
from supporters.audit.verification_results import (
    SHOWN,
    find_open_faults,
    list_results,
    record_result,
)
from supporters.campaigns.versions import list_altered_versions
from supporters.delivery.machines import find_machine_name
from supporters.delivery.restore_hold import hold_sending, is_held
from supporters.delivery.rules import HoldReason, last_night
from supporters.logs import log_failure
from supporters.transparency_log.queries import is_anything_sealed

log = structlog.get_logger(__name__)
FIRST_LOOK_AFTER_SECONDS = 600.0  # a worker that starts has other work
LOOK_EVERY_SECONDS = 60.0


class VerificationThread:
    """Verifies when it is due; a failure is logged and tried again."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="verification", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def end(self) -> None:
        """Begin no other verification; nothing waits for the one that is under way."""
        self._ending.set()

    def _run(self) -> None:
        self._ending.wait(FIRST_LOOK_AFTER_SECONDS)
        while not self._ending.is_set():
            try:
                with self._app.app_context():
                    verify_if_due(clock.now())
            except Exception as error:  # the outermost loop of a thread
                log_failure("log.not_verified", error)
            self._ending.wait(LOOK_EVERY_SECONDS)


def verify_if_due(now: datetime) -> bool:
    """Verify everything unless this machine did so since the last night; tell whether it did."""
    name = find_machine_name()
    if name is None or not is_anything_sealed():
        return False
    done = [each.at for each in list_results(now) if each.machine == name]
    if done and done[0] >= last_night(now):
        return False
    verify_and_record(now, name)
    return True


def verify_all(now: datetime) -> VerificationReport:
    """Verify the log, the records that rest on it, and the versions of campaigns."""
    report = verify(now)
    for version_id, what in list_altered_versions():
        report.fault("campaign_version", version_id, what)
    return report


def verify_and_record(now: datetime, machine: str) -> VerificationReport:
    """Verify everything; hold all sending if there are faults that no owner accepted."""
    report = verify_all(now)
    record_result(report, machine)
    for fault in report.faults[:SHOWN]:
        log.error("log.fault", what=str(fault))
    log.info("log.verified", records=report.records, faults=report.fault_count)
    if find_open_faults(clock.now()) is not None and not is_held():
        hold_sending(HoldReason.FAULTY)
    return report
