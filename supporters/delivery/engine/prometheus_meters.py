"""The Prometheus metrics, and the server that shows them.

Import this module only after the folder is set: the library reads the variable at import.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from supporters.campaigns.queries import list_running_campaigns
from supporters.database import DatabaseUnavailable
from supporters.delivery.emergency_stop import may_send
from supporters.delivery.problems import ProblemKind, kind_of
from supporters.delivery.progress import get_progress, get_total_rate
from supporters.logs import log_failure
from supporters.smtp_relay.outcomes import AttemptOutcome

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0)
ATTEMPTS = [outcome for outcome in AttemptOutcome if outcome is not AttemptOutcome.NOT_TRIED]
MAILS = Counter(
    "supporters_mails", "Attempts to send an email of a campaign, by outcome.", ["outcome"]
)
BATCHES = Counter("supporters_batches", "Batches that were sent and recorded.")
BATCH_SECONDS = Histogram(
    "supporters_batch_seconds", "From claiming a batch to recording it.", buckets=SECONDS
)
PROBLEMS = Counter(
    "supporters_troubles", "Batches that couldn't be sent whole, by the kind of problem.", ["kind"]
)
SENDERS_AT_WORK = Gauge(
    "supporters_senders_at_work",
    "Connections that have claimed a batch.",
    multiprocess_mode="livesum",
)
RETURNED = Counter(
    "supporters_feedback_emails", "Emails that came back, by what they did.", ["effect"]
)
RETURNED_AT = Gauge(
    "supporters_feedback_read_seconds",
    "When a reader of emails that come back last took one, in seconds since 1970.",
    multiprocess_mode="max",
)
STATES = ("queued", "claimed", "accepted", "deferred", "refused", "skipped", "uncertain")
# From the start, so that Prometheus sees a rise from zero.
for _outcome in ATTEMPTS:
    MAILS.labels(_outcome.name.lower())
for _kind in (ProblemKind.RELAY, ProblemKind.JOURNAL):
    PROBLEMS.labels(_kind.value)


def count_batch(outcomes: Mapping[AttemptOutcome, int], *, seconds: float, problem: str) -> None:
    """Count a batch."""
    BATCHES.inc()
    BATCH_SECONDS.observe(seconds)
    for outcome in ATTEMPTS:
        if count := outcomes.get(outcome, 0):
            MAILS.labels(outcome.name.lower()).inc(count)
    if problem:
        PROBLEMS.labels(kind_of(problem).value).inc()


def count_returned(effects: Mapping[str, int]) -> None:
    """Count emails that came back."""
    for effect, count in effects.items():
        RETURNED.labels(effect).inc(count)
    RETURNED_AT.set_to_current_time()


def serve(app: Flask, folder: Path, *, host: str, port: int) -> None:
    """Serve the metrics from a thread of this process. Raises OSError if the port is taken."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    registry.register(DatabaseCollector(app))
    start_http_server(port, host, registry)


def remove_process(process_id: int) -> None:
    """Delete the values that held only while a process lived."""
    mark_process_dead(process_id)  # type: ignore[no-untyped-call]


class DatabaseCollector:
    """Queries the database at each scrape; without it, shows only what the processes counted."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """Yield the states of running campaigns, the common rate, and the emergency stop."""
        try:
            with self._app.app_context():
                metrics = [_mails(), _rate(), _stopped()]
        except DatabaseUnavailable as error:
            log_failure("metrics.database_unavailable", error)
            return
        yield from metrics


def _mails() -> Metric:
    mails = GaugeMetricFamily(
        "supporters_campaign_mails",
        "Emails of the running campaigns, by state.",
        labels=["campaign", "state"],
    )
    for campaign in list_running_campaigns():
        progress = get_progress(campaign.id)
        for state in STATES:
            mails.add_metric([str(campaign.id), state], getattr(progress, state))
    return mails


def _rate() -> Metric:
    words = "Emails a second over the last half minute, of all workers on all machines."
    return GaugeMetricFamily("supporters_sending_rate", words, value=get_total_rate())


def _stopped() -> Metric:
    words = "1 while all sending of campaigns is stopped or held."
    stopped = float(not may_send())
    return GaugeMetricFamily("supporters_sending_stopped", words, value=stopped)
