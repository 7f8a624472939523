"""The figures that are read from the database at each scrape: the same on all machines."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from supporters import clock
from supporters.audit.queries import find_oldest_unsealed
from supporters.audit.verification_results import find_open_faults, list_results
from supporters.campaigns.queries import list_running_campaigns
from supporters.consent.withdrawal_journal import count_gaps
from supporters.delivery.emergency_stop import find_stop
from supporters.delivery.known_machines.machine_list import count_machines_at_work
from supporters.delivery.progress import get_progress, get_total_rate
from supporters.delivery.restore_hold import find_hold
from supporters.extensions import queue
from supporters.mail.queries import count_open_emails, find_oldest_due
from supporters.monitoring.health_problems import HealthProblem, list_problems
from supporters.queue import QueueUnreachable
from supporters.signup.rush.held_emails import are_emails_held
from supporters.transparency_log.queries import count_unsealed, find_latest_checkpoint

STATES = ("queued", "claimed", "accepted", "deferred", "refused", "skipped", "uncertain")
Read = Callable[[datetime], float | None]


def _age_of(find: Callable[[datetime], datetime | None], *, of_none: float | None = None) -> Read:
    """Return what reads how many seconds ago something was."""

    def read(now: datetime) -> float | None:
        moment = find(now)
        return of_none if moment is None else max(0.0, (now - moment).total_seconds())

    return read


_wait_of = partial(_age_of, of_none=0.0)


def _find_head_time(_now: datetime) -> datetime | None:
    newest = find_latest_checkpoint()
    return None if newest is None else newest.sealed_at


def _find_verification_time(now: datetime) -> datetime | None:
    results = list_results(now)
    return results[0].at if results else None


def _count_faults(now: datetime) -> float:
    result = find_open_faults(now)
    return 0.0 if result is None else result.faults


def _count_jobs(_now: datetime) -> float | None:
    try:
        return queue.count_waiting()
    except QueueUnreachable:
        return None


FIGURES: tuple[tuple[str, str, Read], ...] = (
    (
        "supporters_machines_at_work",
        "Machines whose worker was seen within two minutes.",
        lambda _: count_machines_at_work(),
    ),
    ("supporters_queue_jobs", "Jobs that wait in the queue.", _count_jobs),
    (
        "supporters_outbox_emails",
        "Transactional emails that wait or are being sent.",
        lambda _: count_open_emails(),
    ),
    (
        "supporters_oldest_email_seconds",
        "How long the oldest transactional email has been due.",
        _wait_of(find_oldest_due),
    ),
    (
        "supporters_signup_emails_held",
        "1 while the emails of signups wait for an owner.",
        lambda _: are_emails_held(),
    ),
    ("supporters_sending_rate", "Emails a second, of all workers.", lambda _: get_total_rate()),
    (
        "supporters_sending_stopped",
        "1 while a person has stopped all sending.",
        lambda _: find_stop() is not None,
    ),
    (
        "supporters_sending_held",
        "1 while all sending is on hold.",
        lambda _: find_hold() is not None,
    ),
    ("supporters_journal_gaps", "Withdrawals without a journal line.", lambda _: count_gaps()),
    (
        "supporters_unsealed_entries",
        "Entries of the consent log that aren't sealed.",
        lambda _: count_unsealed(),
    ),
    (
        "supporters_oldest_unsealed_seconds",
        "How long the oldest of them waits.",
        _wait_of(lambda _: find_oldest_unsealed()),
    ),
    ("supporters_head_age_seconds", "Age of the newest checkpoint.", _age_of(_find_head_time)),
    (
        "supporters_verified_seconds",
        "Age of the last verification of the consent log; missing after 48 hours.",
        _age_of(_find_verification_time),
    ),
    (
        "supporters_verification_faults",
        "Faults that it found and no owner accepted.",
        _count_faults,
    ),
)


def read_figures() -> Iterator[Metric]:
    """Yield the figures of this moment. Raises SQLAlchemyError."""
    now = clock.now()
    for name, words, read in FIGURES:
        value = read(now)
        if value is not None:
            yield GaugeMetricFamily(name, words, value=float(value))
    yield _read_problems(now)
    yield _read_campaigns()


def _read_problems(now: datetime) -> Metric:
    found = list_problems(now)
    words = "1 for each word that /healthz says."
    problems = GaugeMetricFamily("supporters_health_problem", words, labels=["problem"])
    for problem in HealthProblem:
        problems.add_metric([problem.value], float(problem in found))
    return problems


def _read_campaigns() -> Metric:
    words = "Emails of the running campaigns, by state."
    mails = GaugeMetricFamily("supporters_campaign_mails", words, labels=["campaign", "state"])
    for campaign in list_running_campaigns():
        progress = get_progress(campaign.id)
        for state in STATES:
            mails.add_metric([str(campaign.id), state], getattr(progress, state))
    return mails
