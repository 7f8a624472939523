"""The problems that a monitor learns of, a word each: `/healthz` and the figures have the same."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError

from supporters.audit.verification_results import find_open_faults, is_verification_late
from supporters.delivery.known_machines.machine_list import count_machines_at_work
from supporters.delivery.restore_hold import HOLDS_OF_THE_LOG, find_hold
from supporters.delivery.send_journal.worker_registry import count_living_workers, has_run_here
from supporters.logs import log_fault
from supporters.mail.queries import find_oldest_due
from supporters.mail.rules import waits_for_too_long
from supporters.retention.queries import count_recent_errors, find_round_times
from supporters.retention.rules import is_late
from supporters.transparency_log.cosignatures import list_known_witnesses
from supporters.transparency_log.timestamps import find_timestamp_health


class HealthProblem(StrEnum):
    """A problem, as a monitor reads it.

    WORKER: none is alive on this machine, where one was, or none on any machine. LETTERS: an email
    waits for more than ten minutes. LATE: no purge ended for 48 hours. FAILING: the last purge had
    errors. LOG: a verification of the consent log found faults that no owner accepted, or the log
    began again. UNVERIFIED: none ended for 48 hours. FORKED: a witness has signed another log, or
    more entries than there are. WITNESSES: one refuses for an hour, or is silent for a day.
    TIMESTAMPS: the log grew, and the authority gave nothing for two days. DATABASE: it doesn't
    answer.
    """

    WORKER = "worker"
    LETTERS = "letters"
    LATE = "late"
    FAILING = "failing"
    LOG = "log"
    UNVERIFIED = "unverified"
    FORKED = "forked"
    WITNESSES = "witnesses"
    TIMESTAMPS = "timestamps"
    DATABASE = "database"


def list_problems(now: datetime) -> list[HealthProblem]:
    """Return the problems, of the database alone if it doesn't answer."""
    try:
        return [*_find_problems(now)]
    except SQLAlchemyError as error:
        log_fault("health.database_unavailable", error)
        return [HealthProblem.DATABASE]


def _find_problems(now: datetime) -> Iterator[HealthProblem]:
    is_dead_here = has_run_here() and not count_living_workers()
    if is_dead_here or not count_machines_at_work():
        yield HealthProblem.WORKER
    if waits_for_too_long(find_oldest_due(now), now):
        yield HealthProblem.LETTERS
    times = find_round_times()
    if times is None or is_late(times, now):
        yield HealthProblem.LATE
    elif count_recent_errors():
        yield HealthProblem.FAILING
    hold = find_hold()
    is_log_held = hold is not None and hold.because in HOLDS_OF_THE_LOG
    if is_log_held or find_open_faults(now) is not None:
        yield HealthProblem.LOG
    elif has_run_here() and is_verification_late(now):
        yield HealthProblem.UNVERIFIED
    yield from _find_problems_of_witnesses(now)
    timestamps = find_timestamp_health(now)
    if timestamps is not None and timestamps.is_late:
        yield HealthProblem.TIMESTAMPS


def _find_problems_of_witnesses(now: datetime) -> Iterator[HealthProblem]:
    witnesses = list_known_witnesses()
    if any(each.is_alarming() for each in witnesses):
        yield HealthProblem.FORKED
    if any(each.is_failing(now) for each in witnesses):
        yield HealthProblem.WITNESSES
