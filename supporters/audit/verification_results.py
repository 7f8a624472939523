"""Keeps the result of each verification in the audit log, and which faults an owner accepted.

Each machine with a worker verifies with its own journal and folder, so each has its own result. A
result is sealed: write access to the database is not enough to make a good one (ADR 081).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _

from supporters.audit.verification_report import VerificationFinding, VerificationReport
from supporters.audit_log.audit_events import Act, Details, list_sealed_acts, record_act
from supporters.database import use_case
from supporters.people.data_keys import find_key_time
from supporters.transparency_log.log_birth import BIRTH
from supporters.transparency_log.queries import find_first_checkpoint

COUNTS_FOR = timedelta(hours=48)
MOST_MARKS = 200
MARK_LENGTH = 10
SHOWN = 5


class LogAct(Act):
    """Acts about the consent log."""

    HOLD_LIFTED = "sending.hold_lifted", _("%(actor)s lifted the hold on all sending.")
    RESTORATION_ACKNOWLEDGED = (
        "restoration.acknowledged",
        _("%(actor)s acknowledged that a backup was restored."),
    )
    VERIFIED = (
        "log.verified",
        _("%(actor)s verified the consent log. Records: %(records)s. Faults: %(faults)s."),
    )


@dataclass(frozen=True, kw_only=True)
class VerificationResult:
    """A verification: when it ended, on which machine, and what it found.

    `marks` are short hashes of the rows at fault, `first` the first faults as lines. `older` is how
    many records are older than the log, `withdrawals` how many lines of the journal were compared.
    """

    at: datetime
    machine: str
    records: int
    withdrawals: int
    older: int
    faults: int
    marks: str
    first: str

    def is_accepted(self, accepted: set[str]) -> bool:
        """Tell whether an owner accepted every fault."""
        return {*self.marks.split()} <= accepted


@use_case
def record_result(report: VerificationReport, machine: str) -> None:
    """Record the result of a verification."""
    details: Details = {
        "machine": machine,
        "records": report.records,
        "withdrawals": report.withdrawals,
        "older": report.older,
        "faults": report.fault_count,
        "marks": _mark(report),
        "first": "\n".join(str(each) for each in report.faults[:SHOWN]),
    }
    record_act(LogAct.VERIFIED, details=details)


def list_results(now: datetime) -> list[VerificationResult]:
    """Return the newest result of each machine that counts, the newest of all first."""
    newest: dict[str, VerificationResult] = {}
    for event in list_sealed_acts(LogAct.VERIFIED, since=now - COUNTS_FOR):
        result = VerificationResult(at=event.occurred_at, **json.loads(event.details))
        newest[result.machine] = result
    return sorted(newest.values(), key=lambda each: each.at, reverse=True)


def is_verification_late(now: datetime) -> bool:
    """Tell whether a log that was sealed for two days wasn't verified in that time."""
    first = find_first_checkpoint()
    sealed_since = find_key_time(BIRTH)  # an upgrade seals the birth
    if first is None or sealed_since is None:
        return False
    is_old = now - max(first.sealed_at, sealed_since) >= COUNTS_FOR
    return is_old and not list_results(now)


def find_open_faults(now: datetime) -> VerificationResult | None:
    """Return a result with faults that no owner accepted; None if there is none."""
    accepted = _list_accepted()
    opened = (each for each in list_results(now) if not each.is_accepted(accepted))
    return next(opened, None)


def list_unaccepted(report: VerificationReport) -> list[VerificationFinding]:
    """Return the faults of a verification that no owner accepted."""
    accepted = _list_accepted()
    return [each for each in report.faults if _hash(_name(each)) not in accepted]


def list_open_marks(now: datetime) -> str:
    """Return the marks of all faults that were found, for an owner to accept them."""
    return " ".join(sorted({mark for each in list_results(now) for mark in each.marks.split()}))


def _list_accepted() -> set[str]:
    lifted = list_sealed_acts(LogAct.HOLD_LIFTED)
    return {
        mark for event in lifted for mark in json.loads(event.details).get("accepted", "").split()
    }


def _mark(report: VerificationReport) -> str:
    """Return a mark for each row at fault; one for all of them if they are very many."""
    named = sorted({*map(_name, report.faults)})
    if len(named) > MOST_MARKS or report.fault_count > len(report.faults):
        named = ["\n".join([*named, str(report.fault_count)])]
    return " ".join(map(_hash, named))


def _name(fault: VerificationFinding) -> str:
    return f"{fault.table} {fault.row}"


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:MARK_LENGTH]
